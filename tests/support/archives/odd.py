"""Archives as no program should write them: parents that are missing, circles, wrong types."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.sampled_from([f"n{number}" for number in range(8)])
ODD: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.none(), max_size=2)
)
WORDS = st.text(max_size=12) | ODD
TIMES = st.none() | st.floats() | st.integers() | st.text(max_size=10) | st.just(1_700_000_000.5)
PARENTS = st.none() | NAMES | st.just("elsewhere") | ODD


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these may be missing."""
    return st.fixed_dictionaries({}, optional=fields)


CHATGPT_MESSAGES = (
    st.none()
    | ODD
    | some(
        author=ODD
        | some(role=st.sampled_from(["user", "assistant", "tool", "system", "robot"]) | ODD),
        create_time=TIMES,
        weight=st.sampled_from([0, 1]) | ODD,
        recipient=st.sampled_from(["all", "web.run"]) | ODD,
        status=st.sampled_from(["in_progress", "finished_successfully"]) | ODD,
        metadata=ODD
        | some(
            model_slug=WORDS,
            is_complete=ODD,
            citations=ODD | st.lists(some(start_ix=ODD, end_ix=ODD, metadata=ODD), max_size=2),
            is_visually_hidden_from_conversation=ODD,
        ),
        content=ODD
        | some(
            content_type=st.sampled_from(["text", "thoughts", "code", "multimodal_text", "new"])
            | ODD,
            parts=ODD | st.lists(WORDS | some(content_type=WORDS, text=WORDS), max_size=3),
            text=WORDS,
            thoughts=ODD | st.lists(ODD | some(content=WORDS), max_size=2),
        ),
    )
)
CHATGPT = st.fixed_dictionaries(
    {
        "id": st.just("c"),
        "current_node": PARENTS,
        "mapping": st.dictionaries(
            NAMES, ODD | some(parent=PARENTS, message=CHATGPT_MESSAGES, children=ODD), max_size=8
        ),
    },
    optional={"title": WORDS, "create_time": TIMES, "update_time": TIMES, "is_starred": ODD},
)
BLOCKS = ODD | st.lists(
    ODD
    | some(
        type=st.sampled_from(["text", "thinking", "tool_use", "tool_result", "new"]) | ODD,
        text=WORDS,
        thinking=WORDS,
        input=ODD,
        citations=ODD | st.lists(some(start_index=ODD, end_index=ODD, details=ODD), max_size=2),
    ),
    max_size=3,
)
CLAUDE = st.fixed_dictionaries(
    {
        "uuid": st.just("c"),
        "chat_messages": st.lists(
            some(
                uuid=NAMES,
                sender=st.sampled_from(["human", "assistant", "robot"]) | ODD,
                text=WORDS,
                content=BLOCKS,
                parent_message_uuid=PARENTS,
                created_at=TIMES,
                attachments=ODD
                | st.lists(some(file_name=WORDS, extracted_content=WORDS), max_size=2),
                files=ODD | st.lists(some(file_name=WORDS), max_size=2),
            ),
            max_size=8,
        ),
    },
    optional={"name": WORDS, "created_at": TIMES, "account": ODD},
)
OPEN_WEBUI = st.fixed_dictionaries(
    {
        "id": st.just("c"),
        "chat": st.fixed_dictionaries(
            {
                "history": st.fixed_dictionaries(
                    {
                        "currentId": PARENTS,
                        "messages": st.dictionaries(
                            NAMES,
                            ODD
                            | some(
                                parentId=PARENTS,
                                role=st.sampled_from(["user", "assistant", "system"]) | ODD,
                                content=WORDS | st.just('<details type="reasoning">x</details>y'),
                                timestamp=TIMES,
                                done=ODD,
                                output=ODD | st.lists(some(type=WORDS, content=BLOCKS), max_size=2),
                                files=ODD,
                            ),
                            max_size=8,
                        ),
                    }
                )
            },
            optional={"params": ODD, "models": ODD, "title": WORDS},
        ),
    },
    optional={"title": WORDS, "created_at": TIMES, "pinned": ODD, "user_id": ODD},
)
LIBRECHAT_MESSAGES: st.SearchStrategy[Any] = st.deferred(
    lambda: st.lists(
        some(
            messageId=NAMES,
            parentMessageId=PARENTS,
            isCreatedByUser=st.booleans() | ODD,
            text=WORDS,
            content=BLOCKS,
            createdAt=TIMES,
            children=ODD | LIBRECHAT_MESSAGES,
        ),
        max_size=3,
    )
)
LIBRECHAT = st.fixed_dictionaries(
    {"conversationId": st.just("c"), "messages": LIBRECHAT_MESSAGES},
    optional={"title": WORDS, "options": ODD | some(model=WORDS, promptPrefix=WORDS)},
)
RUNS = ODD | st.lists(
    ODD
    | some(
        provider=WORDS,
        model=WORDS,
        status=st.sampled_from(["finished", "running", "failed", "odd"]) | ODD,
        start_offset=ODD,
        end_offset=ODD,
        replaced=ODD,
        warnings=ODD,
        opaque=ODD,
        created_at=TIMES,
        cost_nanos=ODD,
        tries=ODD,
        original=WORDS,
    ),
    max_size=3,
)
OWN = st.fixed_dictionaries(
    {
        "format": st.just("chatsite-conversation"),
        "version": st.just(1),
        "id": st.just("c"),
        "messages": st.lists(
            some(
                id=NAMES,
                parent=PARENTS,
                role=st.sampled_from(["user", "assistant", "tool"]) | ODD,
                text=WORDS,
                reasoning=WORDS,
                tool_calls=ODD | st.lists(some(id=WORDS, name=WORDS, generation=ODD), max_size=2),
                generations=RUNS,
                created_at=TIMES,
                starts_at=TIMES,
                summary_from=PARENTS,
                source=ODD,
            ),
            max_size=8,
        ),
    },
    optional={
        "title": WORDS,
        "origin": ODD | some(source=WORDS, account=WORDS, id=WORDS),
        "project": WORDS,
        "parameters": ODD,
        "parameters_revision": ODD,
        "queue": ODD | st.lists(some(key=WORDS, text=WORDS, held=WORDS), max_size=2),
        "created_at": TIMES,
        "current": PARENTS,
        "unread": ODD,
    },
)

"""What a conversation is asked with besides its messages: system prompt, parameters, presets.

Promise: what a person sets for a conversation stands over what the project says, and that over what
holds for all conversations of the person; a model is sent what it takes, the rest stays stored.
Front door: `effective` (what is sent), `presets`, `chips` (what differs), `forms`,
`urls`.
"""

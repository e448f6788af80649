"""How a gateway's models are written: `service/model`. Pure."""

EXAMPLE = "google-gemini/gemini-2.0-flash"


def names_service(model: str) -> bool:
    service, _, name = model.partition("/")
    return bool(service.strip() and name.strip())

"""How an OpenAI-compatible server wants to be asked: what it refuses is left out, or said its way.

Pure functions of a request and a refusal.
"""

import re
from collections.abc import Mapping
from typing import Any

Request = Mapping[str, Any]
_SAMPLING = ("temperature", "seed", "stop", "top_k", "top_p", "min_p")
# A grammar is not among them: a text that leaves it is not the text that was asked for.
_DISPENSABLE = (*_SAMPLING, "max_tokens", "max_completion_tokens", "stream")
_ROLES = re.compile(r"\bsystem\b|\brole.*\balternat", re.IGNORECASE)


def asked_otherwise(request: Request, refusal: str) -> Request | None:
    """Return the request as the server may accept it after this refusal, None where nothing is left
    to change.

    A refusal that names nothing costs the request all that it can do without.

    >>> asked_otherwise({"max_tokens": 9}, "no 'max_tokens' here, use 'max_completion_tokens'")
    {'max_completion_tokens': 9}
    >>> asked_otherwise({"max_tokens": 9, "seed": 1}, "seed: Extra inputs are not permitted")
    {'max_tokens': 9}
    >>> asked_otherwise({"grammar": "root", "seed": 1}, "unknown field grammar")
    """
    if names_parameter(refusal):
        unwanted = [name for name in _DISPENSABLE if _names(refusal, name)]
    elif _ROLES.search(refusal) and "messages" in request:
        return _without_system(request)
    else:
        unwanted = [] if _names(refusal, "grammar") else list(_SAMPLING)
    rest = {name: value for name, value in request.items() if name not in unwanted}
    if "max_tokens" in request and "max_completion_tokens" in unwanted:
        rest["max_completion_tokens"] = request["max_tokens"]
    return rest if rest.keys() != request.keys() else None


def names_parameter(refusal: str) -> bool:
    """Say whether the refusal names a parameter that a request can do without."""
    return any(_names(refusal, name) for name in _DISPENSABLE)


def _names(refusal: str, parameter: str) -> bool:
    """Say whether the refusal speaks of the parameter: "max_tokens", "maxTokens", "max tokens"."""
    return bool(re.search(rf"\b{parameter.replace('_', '[_ ]?')}\b", refusal, re.IGNORECASE))


def _without_system(request: Request) -> Request | None:
    """Return the request with the system's message at the head of the first user's."""
    messages = request["messages"]
    if len(messages) < 2 or messages[0]["role"] != "system":
        return None
    system, first, *rest = messages
    content = f"{system['content']}\n\n{first['content']}"
    return {**request, "messages": [{**first, "content": content}, *rest]}

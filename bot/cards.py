"""A recommendation as the card a person sees: name, numbers, when open, on what condition, and where the facts come from.

The fields are those of the HTTP contract. Every channel renders the same cards in its own way.
"""

import datetime as dt
from functools import partial
from typing import Any

from babel.dates import format_date, format_skeleton, format_time

from bot import hours
from bot.directory import Directory
from bot.replies import filled
from bot.routing import Recommendation
from bot.services import Phone, Service
from bot.words import Say, Words

BRITISH = {"en": "en_GB"}  # the order of day and month


def card(
    recommendation: Recommendation,
    audience: str,
    is_child: bool,
    now: dt.datetime,
    language: str,
    directory: Directory,
    words: Words,
) -> dict[str, Any]:
    """Return one service of a reply, in the contract's fields.

    Args:
        is_child: a child is writing, so that the service is described in a child's words.
        language: the person's. The name of the service is the same in all.
    """
    say = partial(words.text, language=language)
    service = directory.services[recommendation.service]
    phones = service.phones_for(audience)
    fields = {
        "id": service.id,
        "name": service.name,
        "short_name": say(f"phrases/short_names/{service.short_name}") if service.short_name else None,
        "description": say(f"services/{service.id}/{_description(service, audience, is_child)}"),
        "phones": [_phone(phone, now, service, say) for phone in phones],
        "text_number": service.text_number,
        "url": service.url,
        "url_label": say(f"services/{service.id}/url_label") if service.url_label else None,
        "open_now": service.open_now(audience, now),
        "hours": _hours(service, audience, now, language, say),
        "condition": _condition(recommendation, service, directory, say),
        "note": _note(recommendation, service, directory, say),
        **_provenance(service, phones),
    }
    always = ("open_now", "source_date", "verified")
    return {key: value for key, value in fields.items() if value is not None or key in always}


def _description(service: Service, audience: str, is_child: bool) -> str:
    """Return the field that describes the service to this reader."""
    if is_child and service.child_description:
        return "child_description"
    if audience == "staff" and service.staff_description:
        return "staff_description"
    return "description"


def _phone(phone: Phone, now: dt.datetime, service: Service, say: Say) -> dict[str, Any]:
    label = say(f"phrases/labels/{phone.label}")
    if phone.extension_note:
        label = f"{label}, {say(f'services/{service.id}/phones/{service.phones.index(phone)}/extension_note')}"
    return {
        "number": phone.number,
        "href": phone.href,
        "label": label,
        "for": phone.audience,
        "open_now": phone.open_now(now),
    }


def _hours(service: Service, audience: str, now: dt.datetime, language: str, say: Say) -> str:
    """Say when the service is open, in a few words; nothing where it is not known."""
    known = [phone.opening_hours for phone in service.phones_for(audience) if phone.opening_hours]
    is_open = service.open_now(audience, now)
    if is_open is None or not known:
        return ""
    changes = [hours.next_change(expression, now) for expression in known if hours.is_open(expression, now) == is_open]
    if is_open:
        return say(f"phrases/hours/{'always' if _never_closes(known, now) else 'open_now'}")
    opening = min(change for change in changes if change is not None)
    return _opening_words(opening, now.astimezone(hours.LONDON), language, say)


def _never_closes(expressions: list[str], now: dt.datetime) -> bool:
    """Say whether some line is always open, or the lines hand over to each other without a gap for a week."""
    at = now
    end = now + dt.timedelta(days=7)
    while at < end:
        changes = [hours.next_change(expression, at) for expression in expressions if hours.is_open(expression, at)]
        if not changes:
            return False
        if None in changes:
            return True
        at = max(change for change in changes if change is not None)
    return True


def _opening_words(opening: dt.datetime, now: dt.datetime, language: str, say: Say) -> str:
    days = (opening.date() - now.date()).days
    key = {0: "opens_today", 1: "opens_tomorrow"}.get(days, "opens_day")
    locale = BRITISH.get(language, language)
    near = format_date(opening, "EEEE", locale=locale)
    day = near if days < 7 else format_skeleton("MMMMEEEEd", opening, fuzzy=True, locale=locale)
    return filled(say(f"phrases/hours/{key}"), {"time": format_time(opening, "H:mm", locale=language), "day": day})


def _condition(recommendation: Recommendation, service: Service, directory: Directory, say: Say) -> str | None:
    if recommendation.condition is None:
        return None
    area = directory.areas.get(service.service_areas[0])
    name = say(f"areas/{area.id}/name") if area else ""
    return filled(say(f"phrases/conditions/{recommendation.condition}"), {"area": name})


def _note(recommendation: Recommendation, service: Service, directory: Directory, say: Say) -> str | None:
    replaced = directory.services.get(recommendation.stands_in_for or "")
    if replaced and replaced.instead:
        return say(f"services/{replaced.id}/instead/note")
    if recommendation.note:
        return say(f"phrases/notes/{recommendation.note}")
    return say(f"services/{service.id}/note") if service.note else None


def _provenance(service: Service, phones: tuple[Phone, ...]) -> dict[str, Any]:
    """Where the facts come from: of the first number, or of the service where it has none; the oldest sight of any."""
    if phones:
        first = phones[0]
        verified = [phone.verified for phone in phones]
        # "Checked" may be said of the whole card only if every number on it was.
        oldest = min(date for date in verified if date) if all(verified) else None
        return {
            "source": first.source,
            "source_date": first.source_date,
            "seen": min(phone.seen for phone in phones).isoformat(),
            "verified": oldest.isoformat() if oldest else None,
        }
    source = service.sources[0]
    return {"source": source.source, "source_date": source.source_date, "seen": source.seen.isoformat(), "verified": None}

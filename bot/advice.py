"""What is said with a list besides the services: ids of sentences, whose words live in `domain.yml`.

Policy, sections 4 and 6: consent and duties for staff, words for people outside England, and what must not be done.
"""

from collections.abc import Iterator

from bot.directory import Directory
from bot.situation import Situation


def advice(situation: Situation, directory: Directory) -> tuple[str, ...]:
    """Return the ids of what to say with the list, in order."""
    return (*_for_place(situation, directory), *_for_staff(situation, directory), *_for_concerns(situation))


def _for_place(situation: Situation, directory: Directory) -> Iterator[str]:
    nations = _nations(situation, directory)
    if nations == {"outside_uk"}:
        yield "outside_uk"
    elif "england" not in nations:
        yield "outside_england"
    elif situation.area == "elsewhere_england":
        yield "your_council"
    elif _is_left_without_front_door(situation, directory):
        yield "no_number"


def _nations(situation: Situation, directory: Directory) -> set[str]:
    """Return the nation of the place, or all that an unsettled place name may lie in."""
    return {directory.nation(area) for area in situation.places}


def _is_left_without_front_door(situation: Situation, directory: Directory) -> bool:
    """An adult who writes about themselves, where the council has no number that we trust: nobody stands in for it."""
    area = directory.areas.get(situation.area)
    if situation.person != "me" or situation.age_band & {"child", "unsure"} or area is None or area.services is None:
        return False
    front_door = directory.services.get(area.services.adults)
    return front_door is None or not front_door.phones_for(situation.audience)


def _for_staff(situation: Situation, directory: Directory) -> Iterator[str]:
    """Duties as they are in England and Wales; elsewhere the law is another, and we do not know it."""
    if situation.audience != "staff" or situation.person == "me":
        return
    if not _nations(situation, directory) & {"england", "wales"}:
        return
    if situation.age_band & {"child", "unsure"}:
        yield "staff_child_first_responder" if situation.first_responder == "yes" else "staff_child"
    if situation.age_band & {"adult", "just_18"} or not situation.age_band:
        yield _adult_duty(situation)
    if "forced_marriage" in situation.exploitation:
        yield "staff_no_contact_with_family"


def _adult_duty(situation: Situation) -> str:
    if situation.first_responder != "yes":
        return "staff_adult_not_first_responder"
    return f"staff_adult_consent_{situation.consent}"


def _for_concerns(situation: Situation) -> Iterator[str]:
    if "cannot_speak" in situation.concerns and situation.danger != "yes":
        yield "cannot_speak"
    if "immigration_fear" in situation.concerns:
        yield "immigration_fear"

"""A contact belongs to all schedulers: what each of them says of it becomes one answer."""

from __future__ import annotations

import pytest

from alignak.api.arbiter import Explain, RunCheck
from alignak.base.errors import NotReadyError, PeerAnswerError, PeerUnreachableError, RefusedError
from alignak.daemons.inquiries import Inquiries, Site
from alignak.messages.explanations import ContactExplanation, Near, Notification
from alignak.model.objects import Contact, ObjectSet
from alignak.model.settings import Settings
from alignak.model.snapshot import CompiledConfig

CONFIG = CompiledConfig(name="test", settings=Settings(), macros={}, objects=ObjectSet(contacts=(Contact("bob"),)))


class Answering:
    """The way to a scheduler that gives one answer, or one error."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[object] = []

    def call(self, _endpoint: object, request: object) -> object:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def said(scheduler: str, hosts: int, at: float) -> ContactExplanation:
    return ContactExplanation(
        name="bob",
        at=100.0,
        schedulers=(scheduler,),
        hosts=hosts,
        knows=(Near(f"of {scheduler}", "host"),),
        notifications=(Notification(at, "PROBLEM", object=f"of {scheduler}"),),
    )


def inquiries(**links: object) -> Inquiries:
    owners = {f"host-{name}": name for name in links}
    return Inquiries(lambda: Site(CONFIG, owners, {name: Answering(each) for name, each in links.items()}))  # type: ignore[dict-item]


def test_the_answers_of_all_schedulers_are_put_together() -> None:
    found = inquiries(one=said("one", 2, 10.0), two=said("two", 3, 20.0)).explain(Explain("contact/bob"))
    assert isinstance(found, ContactExplanation)
    assert (found.schedulers, found.hosts) == (("one", "two"), 5)
    assert [each.name for each in found.knows] == ["of one", "of two"]
    assert [each.at for each in found.notifications] == [20.0, 10.0]


def test_a_scheduler_that_does_not_answer_is_left_out_unless_it_is_the_only_one() -> None:
    gone = PeerUnreachableError("nobody is there")
    found = inquiries(one=gone, two=said("two", 3, 20.0)).explain(Explain("contact/bob"))
    assert isinstance(found, ContactExplanation)
    assert found.schedulers == ("two",)
    with pytest.raises(PeerUnreachableError):
        inquiries(one=gone).explain(Explain("contact/bob"))


def test_the_scheduler_that_owns_the_host_is_asked_and_refuses_in_its_own_words() -> None:
    refusal = PeerAnswerError("http://127.0.0.1:7768/run_check refused: nothing to run", 200)
    with pytest.raises(RefusedError, match=r"^nothing to run$"):
        inquiries(one=said("one", 1, 1.0), two=refusal).run_check(RunCheck("host-two/http"))
    busy = PeerAnswerError("http://127.0.0.1:7768/run_check refused: 50 are run", 503)
    with pytest.raises(NotReadyError, match=r"^50 are run$"):
        inquiries(two=busy).run_check(RunCheck("host/host-two"))


def test_what_nobody_looks_after_is_refused() -> None:
    for name in ("nobody", "host/nobody", "contact/nobody", ""):
        with pytest.raises(RefusedError, match="nothing is named"):
            inquiries(one=said("one", 1, 1.0)).explain(Explain(name))

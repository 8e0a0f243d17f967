"""What differs while a time period lasts."""

from __future__ import annotations

from alignak.model.calls import CommandCall
from alignak.model.modulations import BusinessImpactModulation, CheckModulation, MacroModulation, ResultModulation
from tests.support.configurations import BASE, compiled, errors, loaded


def define(kind: str, **values: str) -> str:
    lines = "".join(f"{key} {value}\n" for key, value in values.items())
    return f"define {kind}{{\n{lines}}}\n"


NIGHT = define("timeperiod", timeperiod_name="night", monday="00:00-06:00")
ALL = (
    NIGHT
    + define(
        "resultmodulation",
        resultmodulation_name="r",
        exit_codes_match="1,2",
        exit_code_modulation="0",
        modulation_period="night",
    )
    + define("checkmodulation", checkmodulation_name="c", check_command="check!night", check_period="night")
    + define("macromodulation", macromodulation_name="m", modulation_period="night", _LEVEL="9")
    + define("businessimpactmodulation", business_impact_modulation_name="i", business_impact="5")
)


def test_modulations_are_named_by_those_they_are_for_in_order() -> None:
    found = compiled(
        BASE
        + ALL
        + define("resultmodulation", resultmodulation_name="a")
        + define(
            "host",
            host_name="h",
            use="generic-host",
            resultmodulations="r,a",
            checkmodulations="c",
            macromodulations="m",
            business_impact_modulations="i",
        )
        + define("service", use="generic-service", host_name="h", service_description="S")
    ).objects
    host, service = (found.policies[each.policy] for each in (found.hosts[0], found.services[0]))
    assert (host.resultmodulations, host.checkmodulations, host.macromodulations) == (("r", "a"), ("c",), ("m",))
    assert (service.resultmodulations, service.checkmodulations) == (("r", "a"), ())
    assert service.business_impact_modulations == ("i",)
    where = [each.imported_from for each in found.resultmodulations]
    assert found.resultmodulations == (
        ResultModulation("a", imported_from=where[0]),
        ResultModulation("r", (1, 2), 0, "night", where[1]),
    )
    (check,) = found.checkmodulations
    assert check == CheckModulation("c", CommandCall("check", ("night",)), "night", check.imported_from)
    (macros,) = found.macromodulations
    assert macros == MacroModulation("m", {"_LEVEL": "9"}, "night", macros.imported_from)
    (impact,) = found.businessimpactmodulations
    assert impact == BusinessImpactModulation("i", 5, "", impact.imported_from)


def test_what_is_wrong_with_modulations_is_said_of_them_and_of_those_that_name_them() -> None:
    text = (
        BASE
        + NIGHT
        + define("resultmodulation", resultmodulation_name="r", modulation_period="nihgt")
        + define("checkmodulation", checkmodulation_name="c")
        + define("checkmodulation", checkmodulation_name="d", check_command="chekc")
        + define("checkmodulation", checkmodulation_name="e", check_command="!90")
        + define("macromodulation", macromodulation_name="m")
        + define("businessimpactmodulation", business_impact_modulation_name="i", business_impact="high")
        + define("host", host_name="h", use="generic-host", resultmodulations="rr", macromodulations="x")
        + define("host", host_name="g", use="generic-host", checkmodulations="x", business_impact_modulations="ii")
    )
    assert [each.partition("; from")[0] for each in errors(loaded(text))] == [
        "[resultmodulation::r] The modulation_period named 'nihgt' is unknown, did you mean 'night'?",
        "[checkmodulation::c] do not have any check_command defined",
        "[checkmodulation::d] a check_command is invalid (chekc), did you mean 'check'?",
        "[checkmodulation::e] a check_command is missing",
        "[macromodulation::m] contains no macro definition",
        "[businessimpactmodulation::i] Error while pythonizing parameter 'business_impact': Cannot convert 'high' to a"
        " number",
        "[host::g] The checkmodulations of the host 'g' named 'x' is unknown",
        "[host::g] the business impact modulation 'ii' defined on the host 'g' do not exist, did you mean 'i'?",
        "[host::h] the result modulation 'rr' defined on the host 'h' do not exist, did you mean 'r'?",
        "[host::h] The macromodulations of the host 'h' named 'x' is unknown",
    ]

"""One reference type a kind. A field declared with one of these is checked, hinted, linked and backlinked."""

from __future__ import annotations

from generators.model.base import Ref
from generators.model.forms import STEP


class PersonRef(Ref):
    """A seat or a person."""

    kind = "person"


class RoleRef(Ref):
    """A role: owners are roles, never people."""

    kind = "role"


class TeamRef(Ref):
    """A team."""

    kind = "team"


class SurfaceRef(Ref):
    """What is operated."""

    kind = "surface"


class RotationRef(Ref):
    """An on-call rotation."""

    kind = "rotation"


class PolicyRef(Ref):
    """An escalation policy."""

    kind = "escalation-policy"


class HolidaysRef(Ref):
    """A calendar of holidays."""

    kind = "holiday-calendar"


class CadenceRef(Ref):
    """A recurring meeting or review."""

    kind = "cadence"


class TrainRef(Ref):
    """A release train."""

    kind = "release-train"


class ConnectorRef(Ref):
    """A connector that a pack exists or is considered for."""

    kind = "connector"


class PackRef(Ref):
    """A dashboard pack."""

    kind = "pack"


class SeverityRef(Ref):
    """A severity."""

    kind = "severity"


class SymptomRef(Ref):
    """What a user sees."""

    kind = "symptom"


class DiagnosticRef(Ref):
    """A diagnostic code, in lower case."""

    kind = "diagnostic"


class RunbookRef(Ref):
    """A runbook."""

    kind = "runbook"


class StepRef(Ref):
    """A step of a runbook, as `runbook/step`."""

    kind = "step"
    pattern = STEP


class AlertRef(Ref):
    """An alert."""

    kind = "alert"


class ObjectiveRef(Ref):
    """A service level objective."""

    kind = "objective"


class EventRef(Ref):
    """An event contract."""

    kind = "event"


class RegressionRef(Ref):
    """A regression of a pack."""

    kind = "regression"


class DefectClassRef(Ref):
    """A class of defects."""

    kind = "defect-class"


class DefectRef(Ref):
    """A defect."""

    kind = "defect"


class RiskRef(Ref):
    """A launch risk."""

    kind = "risk"


class RehearsalRef(Ref):
    """A recorded rehearsal of a runbook."""

    kind = "rehearsal"


class AttestationRef(Ref):
    """What somebody saw and said for a criterion."""

    kind = "attestation"


class RunRef(Ref):
    """A recorded run of a command or of tests."""

    kind = "run"


class WaiverRef(Ref):
    """A criterion that is knowingly not met, until a day."""

    kind = "waiver"


class SignOffRef(Ref):
    """A recorded approval of a gate."""

    kind = "sign-off"


class ScopeItemRef(Ref):
    """An item of launch scope."""

    kind = "scope-item"


class DeferralRef(Ref):
    """A deferral."""

    kind = "deferral"


class RuntimeRef(Ref):
    """What draws packs."""

    kind = "runtime"


class UnsupportedRef(Ref):
    """An unsupported case."""

    kind = "unsupported-case"


class GateRef(Ref):
    """A launch gate."""

    kind = "gate"


class TrancheRef(Ref):
    """A burn-down pass."""

    kind = "tranche"

"""The model: one class a kind of entity. A new kind is a class, a line here and a template."""

from __future__ import annotations

from generators.model import (
    launch,
    onboarding,
    oncall,
    operating,
    organization,
    pack,
    runbook,
    stability,
    support,
    telemetry,
)
from generators.model.base import Entity, Folder, Part, Ref

KINDS: tuple[type[Entity], ...] = (
    organization.Person,
    organization.Role,
    organization.Team,
    organization.Surface,
    oncall.Rotation,
    oncall.HolidayCalendar,
    oncall.EscalationPolicy,
    operating.Decision,
    operating.Cadence,
    operating.Cycle,
    operating.ReleaseTrain,
    operating.Connector,
    operating.Baseline,
    support.Severity,
    support.ServiceLevel,
    support.Symptom,
    support.Route,
    support.Message,
    telemetry.Event,
    telemetry.Objective,
    telemetry.Alert,
    launch.ScopeItem,
    launch.Deferral,
    launch.UnsupportedCase,
    launch.Risk,
    launch.Gate,
    launch.SignOff,
    launch.Waiver,
    launch.Rehearsal,
    stability.DefectClass,
    stability.Defect,
    stability.Tranche,
    stability.Incident,
    onboarding.Track,
    pack.Pack,
    pack.PackSchema,
    pack.PackFixtures,
    pack.Regression,
    pack.PackEvidence,
    pack.StatusOverride,
    pack.WarehouseSetup,
    runbook.Runbook,
)

__all__ = ["KINDS", "Entity", "Folder", "Part", "Ref"]

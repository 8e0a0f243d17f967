"""Which hosts belong together."""

from __future__ import annotations

from alignak.base.ids import host_key, service_key
from alignak.model.graph import components, relations
from alignak.model.objects import Checkable, ObjectSet
from alignak.model.relations import Dependency


def test_parents_and_dependencies_relate_hosts() -> None:
    objects = ObjectSet(
        hosts=(Checkable("child", parents=("parent",)), Checkable("parent"), Checkable("db"), Checkable("web")),
        dependencies=(
            Dependency(service_key("web", "Site"), service_key("db", "SQL")),
            Dependency(service_key("web", "Site"), service_key("web", "Disk")),
            Dependency(host_key("db"), host_key("gone")),
        ),
    )
    assert list(relations(objects)) == [("child", "parent"), ("web", "db"), ("db", "gone")]
    names = [each.host_name for each in objects.hosts]
    assert components(names, relations(objects)) == [["child", "parent"], ["db", "web"]]

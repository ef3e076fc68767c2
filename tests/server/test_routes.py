"""Routes are worked out once, and again when the tables change."""

from __future__ import annotations

from lightapt_server.memory import Memory
from lightapt_server.routes import Routes
from lightapt_server.routing import Peer, Role, Router

D, P = b"D", b"P"


def stage() -> tuple[Router, Memory, Routes, Peer, Peer]:
    router, memory = Router(), Memory()
    driver, client = Peer(Role.DRIVER, "driver"), Peer(Role.CLIENT, "client")
    router.add(driver)
    router.add(client)
    router.watch(client, D, b"")
    return router, memory, Routes(router, memory), driver, client


def test_a_route_is_kept_until_the_tables_change():
    router, _, routes, driver, client = stage()
    router.claim(driver, D)
    route = routes.add(driver, D, P)
    assert routes.of(driver)[D, P] is route
    kept = routes.of(driver)
    router.remove(client)
    assert routes.of(driver) is kept
    assert not kept


def test_the_owner_reaches_the_readers_and_the_memory():
    router, memory, routes, driver, client = stage()
    router.claim(driver, D)
    route = routes.add(driver, D, P)
    assert route.readers == (client,)
    assert route.remembered is memory.property(D, P)
    assert not route.has_hubs
    router.mark_hub(client)
    assert routes.add(driver, D, P).has_hubs


def test_nobody_else_does():
    router, memory, routes, driver, _ = stage()
    for device in (D, b""):
        route = routes.add(driver, device, P)
        assert (route.readers, route.blob_readers) == ((), ())
        assert route.remembered is not memory.property(device, P)
    assert router.owner(D) is None


def test_who_has_left_is_forgotten():
    router, _, routes, driver, _ = stage()
    router.claim(driver, D)
    routes.add(driver, D, P)
    routes.forget(driver)
    assert routes.of(driver) == {}

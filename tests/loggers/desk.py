# Prints lines as one of Python's loggers writes them: desk.py LOGGER.
import asyncio
import logging
import sys
import warnings


def plain():
    logging.basicConfig()
    desk = logging.getLogger("desk")
    desk.error("order refused")
    desk.critical("halted")
    desk.warning("slow")


def formatted():
    logging.basicConfig(format="%(asctime)s - %(name)s - %(levelname)s - %(message)s", level=logging.DEBUG)
    desk = logging.getLogger("desk")
    desk.error("order refused")
    desk.info("ok")
    desk.debug("the INFO of a quote")


def exception():
    logging.basicConfig(level=logging.INFO)
    desk = logging.getLogger("desk")
    try:
        {}["ACME"]
    except KeyError:
        desk.exception("order refused")
    desk.info("ok")


def uncaught():
    {}["ACME"]


class Refused(Exception):
    pass


def cause():
    Refused.__module__ = "desk"
    try:
        int("x")
    except ValueError as error:
        raise Refused("order refused") from error


def warning():
    warnings.warn("old way", DeprecationWarning, stacklevel=1)


def structured():
    import structlog

    desk = structlog.get_logger()
    desk.error("order refused", symbol="ACME")
    desk.info("ok")
    desk.critical("halted")


def structured_json():
    import structlog

    steps = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer()]
    structlog.configure(processors=steps)
    desk = structlog.get_logger()
    desk.error("order refused", symbol="ACME")
    desk.info("ok")


def json():
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    desk = logging.getLogger("desk")
    desk.addHandler(handler)
    desk.error("order refused", extra={"symbol": "ACME"})
    handler.setFormatter(JsonFormatter("%(levelname)s %(message)s %(name)s"))
    desk.error("order refused")
    handler.setFormatter(JsonFormatter("{levelname}{message}{asctime}", style="{"))
    desk.critical("halted")


def loguru():
    from loguru import logger

    logger.error("order refused")
    logger.critical("halted")
    logger.success("done")


def loguru_json():
    from loguru import logger

    logger.remove()
    logger.add(sys.stderr, serialize=True)
    logger.error("order refused")


def ecs():
    import ecs_logging

    handler = logging.StreamHandler()
    handler.setFormatter(ecs_logging.StdlibFormatter())
    desk = logging.getLogger("desk")
    desk.addHandler(handler)
    desk.error("order refused")


def uvicorn():
    import uvicorn

    async def app(scope, receive, send):
        raise RuntimeError("order refused")

    asyncio.run(uvicorn.Server(uvicorn.Config(app, port=0, lifespan="on")).serve())


globals()[sys.argv[1]]()

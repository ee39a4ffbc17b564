"""Which processors `reprocess` and `import` work with: this machine's, or those of a Dask cluster."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from newscrawler.cli.output import printable
from newscrawler.errors import ConfigError
from newscrawler.plugins import how_to_install

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.crawl.pool import Processors

dask_option = click.option(
    "--dask",
    metavar="ADDRESS",
    help="With the workers of a Dask scheduler, such as tcp://host:8786, instead of this machine's; exit code 1 without it.",
)


@contextmanager
def processors(dask: str | None, beat: str) -> Iterator[Processors]:
    """Raises ConfigError where the extra is not installed, EngineError where no scheduler is at the address."""
    if dask is None:
        from newscrawler.crawl.pool import Pool

        with Pool(len(os.sched_getaffinity(0)), beat) as pool:
            yield pool
        return
    try:
        from newscrawler.crawl.dask_pool import DaskPool
    except ImportError as error:
        raise ConfigError(f"--dask needs the extra [dask] ({error.name} is missing): {how_to_install('dask')}") from error
    from tqdm import tqdm

    with DaskPool(dask, beat, lambda line: tqdm.write(printable(line), file=sys.stderr)) as cluster:
        yield cluster

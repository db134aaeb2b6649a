from __future__ import annotations

from pathlib import Path

import click

from search.cli.command import WithExample


@click.command("serve", cls=WithExample, example="newsstand serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--threads", type=click.IntRange(min=1), default=4, show_default=True, help="Requests answered at a time by each."
)
@click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that share the index."
)
@click.pass_obj
def command(index: Path, host: str, port: int, threads: int, workers: int) -> None:
    """Show the index as a page, until interrupted."""
    from web.serve import serve

    serve(index, host, port, threads, workers)

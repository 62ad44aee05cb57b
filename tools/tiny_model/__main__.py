"""The commands: build the models, speak the recordings, check these, and evaluate the models at length."""

import argparse
from pathlib import Path

from tools.tiny_model import language

MODELS, PROOF, CALLERS = Path("asr/miniature_models"), Path("tests/asr/held_out"), Path("simulator/callers")


def main() -> None:
    arguments = _parser().parse_args()
    arguments.run(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.tiny_model")
    commands = parser.add_subparsers(required=True)
    build = commands.add_parser("build", help="train the models and write them")
    build.add_argument("--out", type=Path, default=MODELS)
    build.add_argument("--language", choices=language.CODES, action="append")
    build.add_argument("--utterances", type=int, default=5000)
    build.add_argument("--epochs", type=int, default=9)
    build.set_defaults(run=_build)
    speak = commands.add_parser("speak", help="speak the proof set and the demo's callers")
    speak.set_defaults(run=_speak)
    check = commands.add_parser("check", help="show what vosk hears in the proof set and the callers")
    check.set_defaults(run=_check)
    evaluate = commands.add_parser("evaluate", help="measure the models on many new recordings")
    evaluate.add_argument("--show", action="store_true", help="print every sentence not heard right")
    evaluate.set_defaults(run=_evaluate)
    for command in (check, evaluate):
        command.add_argument("--models", type=Path, default=MODELS)
    return parser


# The imports are inside so that each command needs only its own libraries: torch only to build, espeak only to speak.
def _build(arguments: argparse.Namespace) -> None:
    from tools.tiny_model import build  # noqa: PLC0415

    for code in arguments.language or language.CODES:
        build.build(code, arguments.out, arguments.utterances, arguments.epochs)


def _speak(_: argparse.Namespace) -> None:
    from tools.tiny_model import recordings  # noqa: PLC0415

    recordings.speak_proof(PROOF)
    recordings.speak_callers(CALLERS)


def _check(arguments: argparse.Namespace) -> None:
    from tools.tiny_model import recordings  # noqa: PLC0415

    recordings.check(PROOF, arguments.models)
    recordings.check(CALLERS, arguments.models)


def _evaluate(arguments: argparse.Namespace) -> None:
    from tools.tiny_model import evaluate  # noqa: PLC0415

    for code in language.CODES:
        evaluate.report(code, arguments.models, print if arguments.show else None)


if __name__ == "__main__":
    main()

"""A model is installed whole and checked, or not at all; a download that breaks off is gone on with."""

import hashlib
import stat
import zipfile

import pytest

from asr import downloading, unpacking
from asr.downloading import FetchError
from asr.fetching import fetch_model
from asr.known_models import KNOWN_MODELS, KnownModel
from asr.model_files import missing_files
from asr.speech_models import find_model
from core.settings import Settings
from tests.asr.model_folders import FILES
from tests.asr.model_site import archive, model_site

CONTENT = {name: f"the content of {name}" for name in FILES} | {"README": "A model."}
NAME = "vosk-model-small-en-us-0.15"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def site():
    with model_site() as site:
        site.files[f"{NAME}.zip"] = archive(CONTENT)
        yield site


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "models"


def known(content, files=()):
    return KnownModel("en", NAME, hashlib.sha256(content).hexdigest(), tuple(files))


def pinned(names, wrong=()):
    return [(name, hashlib.sha256(("x" if name in wrong else CONTENT[name]).encode()).hexdigest()) for name in names]


def fetch(site, folder, model=None, told=None):
    seen = [] if told is None else told
    model = model or known(site.files[f"{NAME}.zip"])
    return fetch_model(model, folder, lambda done, total: seen.append((done, total)), site.url)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_model_is_downloaded_checked_and_found(site, folder):
    told = []
    path = fetch(site, folder, told=told)
    assert path == folder / NAME
    assert {name: (path / name).read_text() for name in CONTENT} == CONTENT
    assert names_in(folder) == [NAME]
    size = len(site.files[f"{NAME}.zip"])
    assert told[-1] == (size, size)


def test_other_users_may_read_it(site, folder):
    path = fetch(site, folder)
    assert all(stat.S_IMODE(each.stat().st_mode) & 0o044 for each in (path, *path.rglob("*")))


def test_what_is_there_is_not_fetched_again(site, folder):
    fetch(site, folder)
    fetch(site, folder)
    assert len(site.asked) == 1


def test_an_incomplete_model_is_replaced(site, folder):
    (folder / NAME / "am").mkdir(parents=True)
    (folder / NAME / "am/final.mdl").write_text("half")
    assert missing_files(fetch(site, folder)) == []
    assert names_in(folder) == [NAME]


def test_a_download_that_broke_off_is_gone_on_with(site, folder):
    site.breaks_off_after = 300
    with pytest.raises(FetchError, match="broke off") as caught:
        fetch(site, folder)
    assert caught.value.retryable
    assert names_in(folder) == [f"{NAME}.zip.part"]
    site.breaks_off_after = None
    fetch(site, folder)
    assert site.asked == [None, "bytes=300-"]
    assert names_in(folder) == [NAME]


def test_a_site_without_ranges_sends_everything_again(site, folder):
    folder.mkdir()
    (folder / f"{NAME}.zip.part").write_bytes(b"half of something")
    site.knows_ranges = False
    assert missing_files(fetch(site, folder)) == []


def test_a_whole_part_file_is_installed_without_another_byte(site, folder):
    folder.mkdir()
    (folder / f"{NAME}.zip.part").write_bytes(site.files[f"{NAME}.zip"])
    told = []
    assert missing_files(fetch(site, folder, told=told)) == []
    assert told == []


def test_a_part_file_longer_than_the_archive_is_thrown_away(site, folder):
    folder.mkdir()
    (folder / f"{NAME}.zip.part").write_bytes(b"x" * 100_000)
    assert missing_files(fetch(site, folder)) == []
    assert site.asked == ["bytes=100000-", None]


def test_a_wrong_archive_is_refused_and_thrown_away(site, folder):
    with pytest.raises(FetchError, match="wrong checksum; nothing was installed") as caught:
        fetch(site, folder, known(b"another archive"))
    assert not caught.value.retryable
    assert names_in(folder) == []


def test_files_are_checked_where_they_are_pinned(site, folder):
    model = KnownModel("en", NAME, file_sha256=tuple(pinned(FILES)))
    assert missing_files(fetch(site, folder, model)) == []


@pytest.mark.parametrize("top", ["", "vosk-model-small-en-us-0.15/", "a/b/"])
def test_archives_of_different_packing_are_taken(site, folder, top):
    site.files[f"{NAME}.zip"] = archive(CONTENT, top)
    assert missing_files(fetch(site, folder)) == []


def test_a_wrong_file_is_refused_and_what_was_there_stays(site, folder):
    (folder / NAME / "am").mkdir(parents=True)
    model = KnownModel("en", NAME, file_sha256=tuple(pinned(FILES, wrong=["graph/Gr.fst"])))
    with pytest.raises(FetchError, match=r"wrong checksum of graph/Gr\.fst; nothing"):
        fetch(site, folder, model)
    assert names_in(folder) == [NAME]
    assert names_in(folder / NAME) == ["am"]


def test_a_pinned_file_that_is_missing_is_refused(site, folder):
    model = KnownModel("en", NAME, file_sha256=(("ivector/final.ie", "0" * 64),))
    with pytest.raises(FetchError, match=r"wrong checksum of ivector/final\.ie"):
        fetch(site, folder, model)


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../../outside", "..\\outside"])
def test_an_archive_that_reaches_outside_is_refused(site, folder, tmp_path, name):
    site.files[f"{NAME}.zip"] = archive({**CONTENT, name: "evil"}, top="")
    with pytest.raises(FetchError, match="outside its folder"):
        fetch(site, folder)
    assert names_in(folder) == []
    assert names_in(tmp_path) == ["models"]


def test_a_link_in_an_archive_is_refused(site, folder, tmp_path):
    path = tmp_path / "links.zip"
    path.write_bytes(archive(CONTENT))
    with zipfile.ZipFile(path, "a") as opened:
        link = zipfile.ZipInfo(f"{NAME}/ivector")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc")
    site.files[f"{NAME}.zip"] = path.read_bytes()
    with pytest.raises(FetchError, match="outside its folder"):
        fetch(site, folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "not a zip archive"),
        (archive({"README": "no model"}), "not one model in the archive but 0"),
        (archive(CONTENT | {f"copy/{name}": "" for name in FILES}), "but 2"),
        (archive({name: "" for name in FILES if "mfcc" not in name}), r"lacks conf/mfcc\.conf"),
        (archive(CONTENT)[:-40], "not a zip archive"),
    ],
)
def test_an_archive_without_one_whole_model_is_refused(site, folder, content, said):
    site.files[f"{NAME}.zip"] = content
    with pytest.raises(FetchError, match=said):
        fetch(site, folder)
    assert names_in(folder) == []


def test_a_bomb_is_refused(site, folder, tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(f"{NAME}/zeros", b"")
        opened.infolist()[0].file_size = unpacking.LARGEST_UNPACKED_BYTES + 1
    site.files[f"{NAME}.zip"] = path.read_bytes()
    with pytest.raises(FetchError, match="larger than any model"):
        fetch(site, folder)
    assert names_in(folder) == []


def test_an_endless_download_is_refused(site, folder):
    site.files[f"{NAME}.zip"] = b"\0" * (downloading.LARGEST_BYTES + 1)
    with pytest.raises(FetchError, match="larger than any model"):
        fetch(site, folder)
    assert names_in(folder) == []


def test_a_site_without_the_model_is_named(site, folder):
    site.files.clear()
    with pytest.raises(FetchError, match=rf"/models/{NAME}\.zip answers 404 Not Found\.") as caught:
        fetch_model(known(b""), folder, lambda *_: None, site.url)
    assert not caught.value.retryable


@pytest.mark.parametrize(("url", "said"), [("http://127.0.0.1:9", "can't be reached"), ("ftp://a", "not an address")])
def test_no_connection_is_one_clear_sentence(folder, url, said):
    with pytest.raises(FetchError, match=said):
        fetch_model(known(b""), folder, lambda *_: None, url)
    assert names_in(folder) == []


def test_a_folder_that_can_t_be_written_is_named(tmp_path, site):
    (tmp_path / "models").write_text("a file")
    with pytest.raises(FetchError, match="models can't be written: "):
        fetch(site, tmp_path / "models")


def test_the_official_models_are_pinned_and_would_be_found_where_they_are_put(tmp_path):
    for language, model in KNOWN_MODELS.items():
        assert model.language == language
        assert (
            model.archive_sha256 or {"am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst"} <= dict(model.file_sha256).keys()
        )
        for name in FILES:
            (tmp_path / model.name / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / model.name / name).write_text("")
        assert find_model(language, Settings(models=tmp_path)).path == tmp_path / model.name

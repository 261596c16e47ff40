"""What the system tells of a medium, read from made-up trees of Linux and from none."""

from pathlib import Path

import pytest

from app.footage.media import MediumFacts, Roots, media, medium


class Machine:
    """Trees in which disks are put in."""

    def __init__(self, folder: Path) -> None:
        self.roots = Roots(*(folder / name for name in ("proc", "sys", "dev", "run")))
        self.mounts: list[str] = []
        self.folder = folder

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def disk(self, name: str, bus: str, numbers: dict[str, str], removable: int = 0, **files: str) -> Path:
        """``numbers``: of the disk and its parts; ``files``: below its folder, ``__`` for ``/``."""
        place = self.roots.sys / "devices" / bus / "block" / name
        self.write(place / "removable", f"{removable}\n")
        for file, text in files.items():
            self.write(place / file.replace("__", "/"), text + "\n")
        for part, number in numbers.items():
            folder = place if part == name else place / part
            self.write(folder / "dev", f"{number}\n")
            if part != name:
                self.write(folder / "partition", "1\n")
            link = self.roots.sys / "dev" / "block" / number
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(folder)
        return place

    def mount(self, number: str, point: Path, kind: str, source: str, options: str = "rw") -> Path:
        point.mkdir(parents=True, exist_ok=True)
        where = str(point).replace(" ", "\\040")
        self.mounts.append(f"36 35 {number} / {where} {options},relatime shared:1 - {kind} {source} {options}")
        self.write(self.roots.proc / "self" / "mountinfo", "\n".join(self.mounts) + "\n")
        return point

    def link(self, kind: str, name: str, device: str) -> None:
        path = self.roots.dev / "disk" / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(f"../../{device}")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.disk("nvme0n1", "pci0/nvme/nvme0", {"nvme0n1": "259:0", "nvme0n1p1": "259:1"}, device__serial="S5GXNX0R")
    made.mount("259:1", tmp_path, "ext4", "/dev/nvme0n1p1")
    return made


def stick(machine: Machine, **more: str) -> Path:
    usb = machine.roots.sys / "devices" / "pci0/usb1/1-2"
    machine.write(usb / "idVendor", "0781\n")
    machine.write(usb / "serial", "4C530001\n")
    machine.disk("sda", "pci0/usb1/1-2/host0", {"sda": "8:0", "sda1": "8:1"}, 1, **more)
    machine.link("by-label", "\\xd0\\x9f\\xd0\\x9f\\xd0\\xad\\x207", "sda1")
    return machine.mount("8:1", machine.folder / "media" / "my stick", "vfat", "/dev/sda1")


def test_a_flash_drive(machine: Machine) -> None:
    place = stick(machine)
    found = medium(place / "folder" / "not made yet", machine.roots)
    assert (found.serial, found.label, found.file_system, found.kind) == ("4C530001", "ППЭ 7", "vfat", "flash")
    assert found.removable and not found.read_only and found.mount == str(place)
    assert 0 < found.free <= found.capacity


def test_the_disk_of_the_machine_is_no_removable_medium(machine: Machine) -> None:
    found = medium(machine.folder / "videos", machine.roots)
    assert (found.serial, found.kind, found.removable) == ("S5GXNX0R", "hdd", False)
    place = stick(machine)
    assert [m.mount for m in media(machine.roots)] == [str(place)]


def test_udev_knows_better_than_the_device(machine: Machine) -> None:
    place = stick(machine)
    machine.write(machine.roots.run / "udev/data/b8:0", "S:disk\nE:ID_BUS=usb\nE:ID_SERIAL_SHORT=AA0123\n")
    assert medium(place, machine.roots).serial == "AA0123"


@pytest.mark.parametrize(
    ("name", "serial"),
    [
        ("usb-SanDisk_Ultra_USB_3.0_4C530-0:0", "4C530"), ("ata-WDC_WD10-EZEX_WD-WCC6Y", "WD-WCC6Y"),
        ("mmc-SC32G_0x2a91", "0x2a91"), ("wwn-0x5000", ""),
    ],
)  # fmt: skip
def test_else_its_name_in_dev_tells_the_serial(machine: Machine, name: str, serial: str) -> None:
    machine.disk("sdb", "pci0/ata1/host1", {"sdb": "8:16"})
    machine.link("by-id", name, "sdb")
    place = machine.mount("8:16", machine.folder / "mnt", "ntfs3", "/dev/sdb")
    assert medium(place, machine.roots).serial == serial


@pytest.mark.parametrize(
    ("name", "bus", "removable", "files", "system", "kind"),
    [
        ("sdc", "pci0/usb2/2-1/host3", 0, {}, "exfat", "hdd"),
        ("sdc", "pci0/usb2/2-1/host3", 1, {"device__model": "SD/MMC"}, "vfat", "memory_card"),
        ("sdc", "pci0/usb2/2-1/host3", 1, {"device__model": "Ultra"}, "vfat", "flash"),
        ("mmcblk0", "pci0/mmc0", 0, {"device__type": "SD"}, "exfat", "memory_card"),
        ("mmcblk0", "pci0/mmc0", 0, {"device__type": "MMC"}, "ext4", "flash"),
        ("sr0", "pci0/ata2", 1, {}, "udf", "optical"),
        ("loop0", "virtual", 0, {}, "iso9660", "optical"),
        ("vda", "pci0/virtio1", 0, {}, "ext4", "other"),
    ],
)
def test_what_kind_of_medium_it_is(
    machine: Machine, name: str, bus: str, removable: int, files: dict[str, str], system: str, kind: str
) -> None:
    machine.disk(name, bus, {name: "9:9"}, removable, **files)
    place = machine.mount("9:9", machine.folder / "m", system, f"/dev/{name}")
    assert medium(place, machine.roots).kind == kind


def test_read_only_and_hidden_mounts(machine: Machine) -> None:
    place = stick(machine)
    machine.disk("sdd", "pci0/usb1/1-3/host4", {"sdd": "8:48"}, 1)
    machine.mount("8:48", place, "exfat", "/dev/sdd", "ro")
    found = medium(place, machine.roots)
    assert (found.file_system, found.read_only) == ("exfat", True)


def test_a_system_that_tells_nothing_breaks_nothing(tmp_path: Path) -> None:
    roots = Roots(*[tmp_path / "nothing"] * 4)
    found = medium(tmp_path, roots)
    assert found == MediumFacts(capacity=found.capacity, free=found.free) and found.capacity
    assert media(roots) == ()


def test_this_machine(tmp_path: Path) -> None:
    found = medium(tmp_path)
    assert found.file_system and found.mount and found.capacity
    assert isinstance(media(), tuple)

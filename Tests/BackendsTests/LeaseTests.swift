import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@testable import Backends

@Suite("The lease of a folder that hosts share", .timeLimit(.minutes(3)))
struct LeaseTests {
    private let folder: TemporaryFolder
    private let path: FilePath

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.make("destination")
    }

    /// As a process of another kernel would write it.
    private func foreign(beat: Int = 0) -> LeaseRecord {
        var record = LeaseRecord(for: "elsewhere")
        record.beat = beat
        return record
    }

    private func claim(isLocked: Bool = true) throws -> LeaseClaim {
        LeaseClaim(to: path, try FolderLock(path), isLocked: isLocked)
    }

    /// The word for what a look has led to, and the other process.
    private func look(_ claim: inout LeaseClaim) throws -> (word: String, other: LeaseRecord?) {
        switch try claim.look() {
        case .ours: ("ours", nil)
        case .replaced(let other): ("replaced", other)
        case .held(let other): ("held", other)
        }
    }

    /// The same for a renewal.
    private func renew(
        _ record: LeaseRecord, of file: LeaseFile
    ) throws -> (word: String, other: LeaseRecord?) {
        switch try file.renew(record) {
        case .renewed: ("renewed", nil)
        case .taken(let other): ("taken", other)
        case .missing: ("missing", nil)
        }
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path.string) }
    }

    @Test("A lease is stale when it has not changed for many looks, whatever its time says")
    func stale() throws {
        let file = LeaseFile(in: path)
        for offset in [-86_400.0, 86_400] {
            let other = foreign()
            #expect(try file.create(other))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: offset)],
                ofItemAtPath: path.appending(FolderLock.fileName).string)
            var claim = try claim()
            for _ in 0..<LeaseClaim.mostLooks {
                let step = try look(&claim)
                #expect(step.word == "held")
                #expect(step.other?.id == other.id)
            }
            #expect(try look(&claim).word == "replaced")
            #expect(file.isOf(claim.record))
            #expect(try names == [FolderLock.fileName])
            let renewal = try renew(other, of: file)
            #expect(renewal.word == "taken")
            #expect(renewal.other?.id == claim.record.id)
            file.remove(other)
            #expect(file.isOf(claim.record))
            file.remove(claim.record)
        }
    }

    @Test("A lease with a heartbeat is not taken over")
    func alive() throws {
        let file = LeaseFile(in: path)
        var other = foreign()
        #expect(try file.create(other))
        var claim = try claim()
        for _ in 0..<10 * LeaseClaim.mostLooks {
            other.beat += 1
            for _ in 0..<3 {
                #expect(try look(&claim).word == "held")
            }
            #expect(try renew(other, of: file).word == "renewed")
        }
    }

    @Test("A process that waits says for whom, at once and then from time to time")
    func reminder() throws {
        var said: [String] = []
        var wait = LeaseWait(
            for: path, try Interruption(), deadline: nil, reminder: .milliseconds(50)
        ) { said.append($0) }
        var pauses = 0
        while said.count < 3 {
            try wait.pause(.milliseconds(5), heldBy: "process 7 on host-1")
            pauses += 1
            if pauses == 1 { #expect(said.count == 1) }
        }
        let words = "waiting for another pierdat that downloads to \(path) (process 7 on host-1)"
        #expect(said == [words, "still \(words)", "still \(words)"])
        #expect(pauses > said.count)
    }

    @Test("The lease of a process that has died on this host is taken over at once")
    func ended() throws {
        let file = LeaseFile(in: path)
        #expect(try file.create(LeaseRecord(for: try FolderLock(path).identity)))
        var unlocked = try claim(isLocked: false)
        #expect(try look(&unlocked).word == "held")
        var claim = try claim()
        #expect(try look(&claim).word == "ours")
        #expect(file.isOf(claim.record))
    }

    @Test(
        "A file that is not one of ours is taken over like a stale lease",
        arguments: ["", "x", "Pierdat writes to this folder\npid=x\nid=\n", "\u{0}\u{FF}\n=\n=="])
    func garbage(text: String) throws {
        let place = path.appending(FolderLock.fileName).string
        try Data(text.utf8).write(to: URL(filePath: place))
        var claim = try claim()
        for _ in 0..<LeaseClaim.mostLooks {
            #expect(try look(&claim).word == "held")
        }
        #expect(try look(&claim).word == "replaced")
    }

    @Test("A lease leaves no file in the folder, and its modification time unchanged")
    func traceless() throws {
        let time = Date(timeIntervalSince1970: 315_532_800)
        try FileManager.default.setAttributes(
            [.modificationDate: time], ofItemAtPath: path.string)
        let lock = try FolderLock(path)
        var claim = LeaseClaim(to: path, lock, isLocked: true)
        #expect(try look(&claim).word == "ours")
        #expect(try names == [FolderLock.fileName])
        #expect(FileStatus(of: path)?.written == 315_532_800_000_000_000)
        let (file, record) = (claim.file, claim.record)
        lock.keepingTime { file.remove(record) }
        #expect(try names == [])
        #expect(FileStatus(of: path)?.written == 315_532_800_000_000_000)
    }

    @Test("A lock of a local folder needs no file in it, and a second process does not get it")
    func local() throws {
        let memory = try TemporaryFolder(inMemory: true)
        let (one, two) = (try FolderLock(memory.path), try FolderLock(memory.path))
        #expect(one.isOfOneKernel)
        #expect(one.attempt() == .locked)
        #expect(two.attempt() == .heldByOther)
        #expect(two.holder == getpid())
        one.release()
        #expect(two.attempt() == .locked)
        #expect(two.isStill(at: memory.path))
        #expect(!two.isStill(at: path))
    }

    @Test("A file system that other hosts can share is not taken for a local one")
    func shared() throws {
        let shared = try SharedFolder(in: folder)
        let (one, two) = (try FolderLock(shared.views[0]), try FolderLock(shared.views[1]))
        #expect(!one.isOfOneKernel)
        #expect(one.attempt() == .locked)
        #expect(two.attempt() == .locked)
        #expect(one.identity != two.identity)
    }
}

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import BitTorrent

@Suite("Scan of published content")
final class ContentScanTests {
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    private var root: FilePath { temporary.path.appending("root") }

    @Test("Every file is listed from the root's name on, ordered by the bytes of its path")
    func entries() throws {
        for name in ["b", "a/z", "a/\u{7F}", "B", "a b", "back\\slash"] { try write(name) }
        let scan = try ContentScan(root)
        #expect(
            scan.entries.map(\.path)
                == [
                    "root/B", "root/a/z", "root/a/\u{7F}", "root/a b", "root/b", "root/back\\slash",
                ])
        #expect(scan.size == 6 * 4)
        #expect(scan.entries.allSatisfy { !$0.isExecutable && $0.link == nil })
    }

    @Test("The file by which a process shows others that it writes to a folder is no data")
    func lease() throws {
        for name in ["a", ".pierdat-lease", "b/.pierdat-lease.1f", "b/c"] { try write(name) }
        #expect(try ContentScan(root).entries.map(\.path) == ["root/a", "root/b/c"])
    }

    @Test(
        "The target of a link is found, however it is written",
        arguments: [
            ("deep/er/link", "../../file", "file"), ("link", "deep//er/./x", "deep/er/x"),
            ("link", "folder/x", "folder/x"), ("link", "folder/../x", "deep/x"),
            ("deep/link", "er", "deep/er"),
        ])
    func links(name: String, target: String, leadsTo: FilePath) throws {
        for file in ["file", "deep/x", "deep/er/x"] { try write(file) }
        try link("folder", to: "deep/er")
        try link(name, to: target)
        let entry = try #require(
            try ContentScan(root).entries.first {
                $0.path == root.lastComponentPath.pushing(FilePath(name))
            })
        #expect(entry.link == leadsTo)
        #expect(entry.size == 0)
    }

    @Test("Folders nested too deep for a torrent are rejected with their path")
    func depth() throws {
        let deepest = Array(repeating: "d", count: 89).joined(separator: "/")
        try write(deepest + "/file")
        #expect(try ContentScan(root).entries.count == 1)
        try write(deepest + "/d/file")
        #expect { try ContentScan(root) } throws: { "\($0)".contains("d/d/d: folders are nested") }
    }

    @Test("Empty folders are listed, and folders that hold nothing but empty ones too")
    func emptyFolders() throws {
        for name in ["full/file", "a/b/c/", "z/", "full/none/"] {
            if name.hasSuffix("/") {
                try FileManager.default.createDirectory(
                    atPath: root.appending(name).string, withIntermediateDirectories: true)
            } else {
                try write(name)
            }
        }
        let scan = try ContentScan(root)
        #expect(scan.entries.map(\.path) == ["root/full/file"])
        #expect(
            scan.emptyFolders
                == ["root/a/b/c", "root/a/b", "root/a", "root/full/none", "root/z"])
    }

    @Test("A name that other programs treat as padding is rejected")
    func padding() throws {
        try write("folder/_____padding_file_0_x")
        #expect { try ContentScan(root) } throws: {
            "\($0)".contains("folder/_____padding_file_0_x")
        }
    }

    private func write(_ name: String) throws {
        let path = root.pushing(FilePath(name))
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: path.string, contents: Data("data".utf8)))
    }

    private func link(_ name: String, to target: String) throws {
        guard symlink(target, root.pushing(FilePath(name)).string) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}

extension FilePath {
    fileprivate var lastComponentPath: FilePath { FilePath(lastComponent?.string ?? "") }
}

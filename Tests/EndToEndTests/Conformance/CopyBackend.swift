import Digest
import Foundation
import PeerFixtures
import SystemPackage

/// A backend of shell scripts that copies a file of this machine, and an overlay with it. It follows the contract; a
/// test replaces one part of it with another that does not.
struct CopyBackend: Sendable {
    static let name = "copy"

    /// A place in the scripts, marked there as `@NAME@`, and the commands there that follow the contract.
    enum Part: String, CaseIterable, Sendable {
        /// Declines URIs while settings are set that get does not honour.
        case settings
        /// The check, where it knows the URI in `$1`.
        case check
        /// Before get does anything. The file is `$from`, DEST is `$2`.
        case begin
        /// One part of the data has been copied.
        case copied
        /// The data is complete in `$file`.
        case complete
        /// Prints the seed line.
        case line
        /// The seeder.
        case seed

        var commands: String {
            switch self {
            case .settings: #"[ -z "${PIERDAT_CHECKSUM-}${PIERDAT_SELECT-}" ] || exit 1"#
            case .check: "case $1 in copy:/*) ;; *) exit 1 ;; esac"
            case .begin, .copied, .complete: ":"
            case .line:
                #"printf "pierdat-seed-copy '%s'\n" "$(printf %s "$file" | sed "s/'/'\\\\''/g")""#
            case .seed: "exec sleep 1000"
            }
        }
    }

    let folder: TemporaryFolder
    let overlay: Overlay
    private let source: FilePath

    private static let check = """
        #!/bin/sh
        @settings@
        @check@
        """

    /// Copies in parts of 64 KiB, so that it takes some time, to a hidden file, and compares an existing file.
    private static let get = """
        #!/bin/sh
        set -eu
        from=${1#copy:}
        file=$2/${from##*/}
        part=$2/.part
        @begin@
        [ -r "$from" ] || exit 66
        mkdir -p "$2" || exit 73
        if ! cmp -s "$from" "$file"; then
            rm -f "$part"
            size=$(stat -c %s "$from")
            n=0
            while [ $((n * 65536)) -lt "$size" ]; do
                dd if="$from" of="$part" bs=65536 skip=$n seek=$n count=1 conv=notrunc 2>/dev/null
                n=$((n + 1))
                @copied@
            done
            mv "$part" "$file"
        fi
        @complete@
        @line@
        """

    private static let seed = """
        #!/bin/sh
        @seed@
        """

    /// The backend with `parts` replaced by other commands.
    init(_ parts: [Part: String] = [:]) throws {
        folder = try TemporaryFolder()
        overlay = try Overlay(folder.path.appending("overlay"))
        source = folder.path.appending("data.bin")
        try FileAtOrigin.data(2 << 20, seed: 7).write(to: URL(filePath: source.string))
        for (role, script) in [("check", Self.check), ("get", Self.get), ("seed", Self.seed)] {
            let text = Part.allCases.reduce(script) { text, part in
                text.replacing("@\(part.rawValue)@", with: parts[part] ?? part.commands)
            }
            try overlay.addProgram("pierdat-\(role)-\(Self.name)", text + "\n")
        }
    }

    /// What it downloads.
    var uri: String { "copy:\(source)" }

    /// Runs the kit on it.
    func test(_ options: [String] = []) async throws -> ConformanceRun {
        try await ConformanceRun(of: Self.name, uri, options, in: overlay)
    }
}

/// A run of `pierdat test-backend`, and its findings by rule.
struct ConformanceRun: Sendable {
    struct Finding: Sendable {
        let verdict: String
        let text: String
    }

    let ended: Ended
    let findings: [String: Finding]

    /// Runs the kit.
    init(
        of backend: String, _ uri: String, _ options: [String] = [], in overlay: Overlay
    ) async throws {
        self.init(try await overlay.pierdat(["test-backend"] + options + [backend, uri]))
    }

    /// Reads the kit's output.
    init(_ ended: Ended) {
        self.ended = ended
        var findings: [String: Finding] = [:]
        for line in ended.output.split(separator: "\n") {
            guard
                let match = line.wholeMatch(
                    of: /(passed|broken|not applicable|not checked) +([a-z-]+) +(.*)/)
            else { continue }
            findings[String(match.2)] = Finding(
                verdict: String(match.1), text: String(match.3))
        }
        self.findings = findings
    }

    /// The names of the rules with one verdict.
    func rules(_ verdict: String) -> Set<String> {
        Set(findings.filter { $0.value.verdict == verdict }.keys)
    }
}

import ArgumentParser
import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A cable with delay and packet loss, for kernels without tc-netem(8): a program between two tap
/// devices.
struct LossyCable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cable", abstract: "Carry frames between two taps, which are made.")

    @Option(help: "How long a frame is on its way, in milliseconds.")
    var delay: Int

    @Option(help: "How many of a thousand frames are lost, in either direction.")
    var loss: Int

    @Argument(help: "The names of the taps.")
    var ends: [String]

    func validate() throws {
        guard ends.count == 2 else { throw ValidationError("A cable has two ends.") }
    }

    func run() throws {
        let taps = try ends.map(Tap.init)
        for (from, to) in [(0, 1), (1, 0)] {
            let direction = CableDirection(
                from: taps[from], to: taps[to], delay: .milliseconds(delay), loss: loss,
                seed: UInt64(from + 1))
            Thread.detachNewThread { direction.carry() }
        }
        print("ready")
        fflush(nil)
        while true { pause() }
    }

    /// The command that runs it for taps with these names.
    static func command(_ ends: [String], delay: Int, loss: Int) -> Command {
        let program = CommandLine.arguments[0]
        return Command(
            FilePath(program.hasPrefix("/") ? program : "\(Package.root)/\(program)"),
            [configuration.commandName ?? "", "--delay", "\(delay)", "--loss", "\(loss)"] + ends)
    }
}

/// A kernel device whose frames a program reads and writes (Documentation/networking/tuntap).
private final class Tap: Sendable {
    let descriptor: OwnedDescriptor

    /// Creates the device `name`.
    init(_ name: String) throws {
        descriptor = try OwnedDescriptor(
            takingOver: open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC))
        let setInterface: UInt = 0x4004_54CA  // TUNSETIFF
        let flags: Int16 = 0x0002 | 0x1000  // IFF_TAP | IFF_NO_PI
        // struct ifreq: 16 bytes for the name, then the flags.
        var request = [UInt8](name.utf8.prefix(15)) + [UInt8](repeating: 0, count: 40)
        request.removeLast(request.count - 40)
        let made = request.withUnsafeMutableBytes { bytes in
            for index in min(15, name.utf8.count)..<16 { bytes[index] = 0 }
            bytes.storeBytes(of: flags, toByteOffset: 16, as: Int16.self)
            return ioctl(descriptor.rawValue, setInterface, bytes.baseAddress!)
        }
        guard made >= 0 else { throw Errno(rawValue: errno) }
    }
}

/// One direction of a cable.
private final class CableDirection: @unchecked Sendable {
    private let from: Tap
    private let to: Tap
    private let delay: Int
    private let loss: UInt64
    private var random: UInt64
    /// Frames in transit and their arrival times, in nanoseconds of the monotonic clock.
    private var queue: [(due: Int, frame: [UInt8])] = []
    private var head = 0
    private var buffer = [UInt8](repeating: 0, count: 2048)

    init(from: Tap, to: Tap, delay: Duration, loss: Int, seed: UInt64) {
        self.from = from
        self.to = to
        self.delay = Int(delay.seconds * 1e9)
        self.loss = UInt64(loss)
        random = seed
    }

    func carry() {
        while true {
            waitForWork()
            receive()
            deliver()
        }
    }

    /// Waits until a frame can be read or one in transit arrives.
    private func waitForWork() {
        var request = pollfd(fd: from.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        let left = head < queue.count ? max(0, queue[head].due - now) : nil
        poll(&request, 1, left.map { Int32(($0 + 999_999) / 1_000_000) } ?? -1)
    }

    private func receive() {
        while true {
            let count = read(from.descriptor.rawValue, &buffer, buffer.count)
            guard count > 0 else { return }
            guard !isLost() else { continue }
            queue.append((now + delay, Array(buffer[..<count])))
        }
    }

    private func deliver() {
        let now = now
        while head < queue.count, queue[head].due <= now {
            // As on a real network, a device that is full or down loses the frame.
            _ = write(to.descriptor.rawValue, queue[head].frame, queue[head].frame.count)
            head += 1
        }
        if head > 4096 || head == queue.count {
            queue.removeFirst(head)
            head = 0
        }
    }

    private var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    /// Deterministic pseudo-random loss (SplitMix64).
    private func isLost() -> Bool {
        random &+= 0x9E37_79B9_7F4A_7C15
        var z = random
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return (z ^ (z >> 31)) % 1000 < loss
    }
}

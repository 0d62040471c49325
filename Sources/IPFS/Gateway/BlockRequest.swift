import BitTorrent
import HTTP
import LinuxSystem
import Origins
import Synchronization

/// One request for a block or an archive, with its redirects. Nothing but the right bytes is ever returned.
final class BlockRequest: HTTPReceiver, @unchecked Sendable {
    /// The most bytes of a block. Programs exchange at most 2 MiB, and some store a little more.
    static let longest = 4 << 20
    /// The longest time without data.
    private static let patience = Duration.seconds(60)
    private static let longestTime = Duration.seconds(300)
    private static let mostRedirects = 5

    private let cid: CID
    /// Where the blocks of an archive go. nil for a single block.
    private let archive: BlockCache?
    private var reader = CARReader()
    private var count = 0
    private let gateway: Gateway
    private let configuration: EngineConfiguration
    private let secrets: RequestSecrets
    private let rateLimit: RateLimit?
    /// Set by another thread. Everything else belongs to the thread that performs the request.
    private let isCancelled: CancelFlag
    private var bytes: [UInt8] = []
    private var lastByte = ContinuousClock.now
    private var failure: GatewayFailure?
    private var location: String?

    init(
        _ cid: CID, to archive: BlockCache?, from gateway: Gateway,
        _ configuration: EngineConfiguration,
        _ secrets: RequestSecrets, _ rateLimit: RateLimit?, _ isCancelled: CancelFlag
    ) {
        self.cid = cid
        self.archive = archive
        self.gateway = gateway
        self.configuration = configuration
        self.secrets = secrets
        self.rateLimit = rateLimit
        self.isCancelled = isCancelled
    }

    /// Sends the request and follows redirects. Waits until the block is there and verified. Returns nothing for an archive.
    func perform(with client: HTTPClient) throws(GatewayFailure) -> [UInt8] {
        let url: RemoteURL
        do throws(RemoteURLError) {
            url = try gateway.url(of: cid, isArchive: archive != nil)
        } catch {
            throw .redirect(to: "\(gateway)", error)
        }
        var chain = RedirectChain(url)
        for _ in 0...Self.mostRedirects {
            try send(chain, with: client)
            guard let location = location.take() else {
                guard archive == nil else {
                    guard reader.isComplete else { throw .cut }
                    return []
                }
                let isRight = bytes.withUnsafeBytes { cid.multihash.matches($0) }
                guard isRight else { throw .wrong(cid) }
                return bytes
            }
            do throws(RemoteURLError) {
                try chain.follow(location, from: client.address, configuration)
            } catch {
                throw .redirect(to: RemoteURL.redacted(location), error)
            }
        }
        throw .endlessRedirects
    }

    private func send(_ chain: RedirectChain, with client: HTTPClient) throws(GatewayFailure) {
        var request = HTTPRequest(
            chain.url,
            // With a rate limit, the pauses are ours. Silence still ends the transfer.
            limits: HTTPLimits(body: .max, time: rateLimit == nil ? Self.longestTime : nil))
        let form = archive == nil ? "raw" : "car;version=1;order=dfs;dups=n"
        request.fields = ["Accept: application/vnd.ipld.\(form)", "Accept-Encoding: identity"]
        secrets.add(to: &request, to: chain.url)
        bytes = []
        (reader, count) = (CARReader(), 0)
        lastByte = .now
        do throws(HTTPError) {
            _ = try client.send(
                request,
                by: configuration.route(to: chain.url, isPublicOnly: chain.isPublicOnly), to: self)
        } catch {
            throw failure ?? .http(error)
        }
        if let failure { throw failure }
    }

    /// Ends the transfer.
    private func fail(_ failure: GatewayFailure) -> Bool {
        self.failure = failure
        return false
    }

    // MARK: HTTPReceiver

    func receive(head: HTTPResponseHead) -> Bool {
        lastByte = .now
        if head.status / 100 == 3, let location = head.value(of: "Location") {
            self.location = location
            return false
        }
        guard head.status == 200 else {
            return fail(
                .status(head.status, head.reason, retryAfter: RetryAfter.delay(head)))
        }
        let encoding = head.value(of: "Content-Encoding") ?? "identity"
        guard encoding.lowercased() == "identity" else { return fail(.encoding(encoding)) }
        let type = head.value(of: "Content-Type")?.lowercased() ?? ""
        guard !type.hasPrefix("text/html"),
            archive == nil || type.hasPrefix("application/vnd.ipld.car")
        else { return fail(.page) }
        let length = head.value(of: "Content-Length").flatMap { WholeNumber.parse($0) } ?? 0
        guard length <= most else { return fail(.tooLarge) }
        if archive == nil { bytes.reserveCapacity(Int(length)) }
        return true
    }

    func receive(body part: UnsafeRawBufferPointer) -> Bool {
        guard part.count <= most - count else { return fail(.tooLarge) }
        count += part.count
        if let archive {
            guard add(part, to: archive) else { return false }
        } else {
            bytes.append(contentsOf: part)
        }
        guard !isCancelled.isSet else { return fail(.cancelled) }
        rateLimit?.take(part.count) { isCancelled.isSet }
        lastByte = .now
        return true
    }

    private var most: Int { archive == nil ? Self.longest : BlockCache.most }

    /// Verifies the blocks that are complete.
    private func add(_ part: UnsafeRawBufferPointer, to archive: BlockCache) -> Bool {
        do throws(BlockError) {
            try reader.add(part) { cid, block in
                let isRight = block.withUnsafeBytes { cid.multihash.matches($0) }
                guard isRight, block.count <= Self.longest else { return fail(.wrong(cid)) }
                archive.add(block, cid)
                return true
            }
        } catch {
            return fail(.page)
        }
        return failure == nil
    }

    var mayGoOn: Bool {
        if isCancelled.isSet { return fail(.cancelled) }
        return ContinuousClock.now - lastByte < Self.patience || fail(.silent(Self.patience))
    }
}

/// Ends work on other threads.
final class CancelFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() {
        flag.store(true, ordering: .relaxed)
    }
}

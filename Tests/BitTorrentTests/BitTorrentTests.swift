import Testing

@testable import BitTorrent

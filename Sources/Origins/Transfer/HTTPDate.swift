import Glibc
import LinuxSystem

/// A time in a field of HTTP.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds since 1970 of an IMF-fixdate (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. nil for
    /// any other text.
    static func seconds(_ text: String) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT",
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let day = WholeNumber.parse(words[1], within: Int32(1)...31),
            let year = WholeNumber.parse(words[3], within: Int32(1900)...9999),
            let hour = WholeNumber.parse(clock[0], within: Int32(0)...23),
            let minute = WholeNumber.parse(clock[1], within: Int32(0)...59),
            let second = WholeNumber.parse(clock[2], within: Int32(0)...60)
        else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, Int32(month), day)
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (hour, minute, second)
        return Int64(timegm(&parts))
    }
}

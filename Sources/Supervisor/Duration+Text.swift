extension Duration {
    /// In seconds with one decimal place, for people: `1.5 s`.
    var tenthsText: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

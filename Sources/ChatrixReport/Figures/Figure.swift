import Foundation

/// How figures are written in every report.
enum Figure {
    /// With a fixed number of decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", locale: Locale(identifier: "en_US_POSIX"), value)
    }

    /// Three or four significant digits and the fitting unit: `812 µs`, `12.34 ms`, `1.23 s`.
    static func duration(milliseconds: Double) -> String {
        let magnitude = abs(milliseconds)
        if magnitude == 0 { return "0 ms" }
        if magnitude < 0.9995 { return fixed(milliseconds * 1000, 0) + " µs" }
        if magnitude < 9.995 { return fixed(milliseconds, 2) + " ms" }
        if magnitude < 99.95 { return fixed(milliseconds, 1) + " ms" }
        if magnitude < 999.5 { return fixed(milliseconds, 0) + " ms" }
        if magnitude < 99_950 { return fixed(milliseconds / 1000, 2) + " s" }
        return fixed(milliseconds / 1000, 0) + " s"
    }

    /// With a narrow space between groups of three digits: `1 234 567`.
    static func count(_ number: Int) -> String {
        var digits = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { digits.append("\u{202F}") }
            digits.append(digit)
        }
        return (number < 0 ? "-" : "") + String(digits.reversed())
    }

    static func rate(_ perSecond: Double?) -> String {
        guard let perSecond else { return "–" }
        return (perSecond < 100 ? fixed(perSecond, 1) : count(Int(perSecond.rounded()))) + "/s"
    }

    static func measured(_ threshold: Summary.Threshold) -> String {
        guard let value = threshold.measured else { return "nothing measured" }
        return switch threshold.quantity {
        case "milliseconds": duration(milliseconds: value)
        case "share": fixed(value * 100, 2) + " %"
        case "per second": rate(value)
        default: value == value.rounded() ? count(Int(value)) : fixed(value, 2)
        }
    }
}

extension String {
    /// Safe in HTML and XML texts and attribute values; characters that XML forbids become U+FFFD.
    var xmlEscaped: String {
        var text = ""
        text.reserveCapacity(utf8.count)
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\t", "\n", "\r": text.unicodeScalars.append(scalar)
            case "\u{0}"..<" ", "\u{7F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

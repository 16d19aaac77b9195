import ChatrixModel
import Yams

/// A value that fits its declaration.
package enum DeclaredValue {
    case text(String)
    case whole(Int)
    case seed(UInt64)
    case weight(Double)
    case number(Double)
    case flag(Bool)
    /// Nanoseconds.
    case duration(Int64)
    case distribution(Distribution)
    /// Per second.
    case rates([Double])
    case count(start: Int, end: Int)
    case attachments([Attachment])
    case files([UploadFile])
    case location(Location)
    case texts([String])
}

/// The values of a mapping by key.
package struct DeclaredValues {
    package var values: [String: DeclaredValue] = [:]
    /// All that the file has, with those that could not be read.
    package var nodes: [String: Node] = [:]
    /// Nothing had to be reported.
    package var isComplete = true

    package func text(_ name: String) -> String? {
        if case .text(let value) = values[name] { value } else { nil }
    }

    package func whole(_ name: String) -> Int? {
        if case .whole(let value) = values[name] { value } else { nil }
    }

    package func weight(_ name: String) -> Double? {
        if case .weight(let value) = values[name] { value } else { nil }
    }

    package func number(_ name: String) -> Double? {
        if case .number(let value) = values[name] { value } else { nil }
    }

    /// False where the key is absent.
    package func flag(_ name: String) -> Bool {
        if case .flag(let value) = values[name] { value } else { false }
    }

    package func seed(_ name: String) -> UInt64? {
        if case .seed(let value) = values[name] { value } else { nil }
    }

    package func duration(_ name: String) -> Int64? {
        if case .duration(let value) = values[name] { value } else { nil }
    }

    package func distribution(_ name: String) -> Distribution? {
        if case .distribution(let value) = values[name] { value } else { nil }
    }

    package func rates(_ name: String) -> [Double]? {
        if case .rates(let value) = values[name] { value } else { nil }
    }

    package func count(_ name: String) -> (start: Int, end: Int)? {
        if case .count(let start, let end) = values[name] { (start, end) } else { nil }
    }

    package func texts(_ name: String) -> [String]? {
        if case .texts(let value) = values[name] { value } else { nil }
    }

    package func attachments(_ name: String) -> [Attachment]? {
        if case .attachments(let value) = values[name] { value } else { nil }
    }
}

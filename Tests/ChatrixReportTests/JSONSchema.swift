import Foundation

/// As much of JSON Schema as our schemas use: type, properties, required, additionalProperties, items, enum, minimum,
/// anyOf, $ref into $defs.
struct JSONSchema {
    private let root: [String: Any]

    init(contentsOf path: String) throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Where and how a document departs from the schema.
    func problems(in path: String) throws -> [String] {
        try problems(in: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    func problems(in data: Data) throws -> [String] {
        problems(try JSONSerialization.jsonObject(with: data), root, "$")
    }

    private func problems(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = reference.replacing("#/$defs/", with: "")
            guard let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
                return ["\(place): the schema has no \(reference)"]
            }
            return problems(value, target, place)
        }
        var found: [String] = []
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let found = choices.map { problems(value, $0, place) }
            return found.contains([]) ? [] : found.last ?? []
        }
        let types = schema["type"] as? [String] ?? (schema["type"] as? String).map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { JSONSchema.isType(value, $0) }) {
            return ["\(place): is no \(types.joined(separator: " or "))"]
        }
        if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
            found.append("\(place): is none of \(allowed)")
        }
        if let minimum = schema["minimum"] as? Double, let number = value as? Double, number < minimum {
            found.append("\(place): is below \(minimum)")
        }
        if let object = value as? [String: Any] {
            let properties = schema["properties"] as? [String: Any] ?? [:]
            for name in schema["required"] as? [String] ?? [] where object[name] == nil {
                found.append("\(place): lacks \(name)")
            }
            for name in object.keys.sorted() {
                if let part = properties[name] as? [String: Any], let member = object[name] {
                    found += problems(member, part, "\(place).\(name)")
                } else if schema["additionalProperties"] as? Bool == false {
                    found.append("\(place): has an unknown \(name)")
                }
            }
        }
        if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
            for (index, item) in array.enumerated() { found += problems(item, items, "\(place)[\(index)]") }
        }
        return found
    }

    private static func isType(_ value: Any, _ type: String) -> Bool {
        let isBoolean = (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
        return switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "null": value is NSNull
        case "boolean": isBoolean
        case "integer": !isBoolean && (value as? Double).map { $0 == $0.rounded() } == true
        case "number": !isBoolean && value is Double
        default: false
        }
    }
}

import ChatrixHistory
import ChatrixModel
import Yams

/// Values as their declarations want them.
extension FileReader {
    /// A value; `nil` after a report.
    package mutating func value(_ node: Node, _ key: KeyDeclaration) -> DeclaredValue? {
        value(node, as: key.value, called: "'\(key.name)'")
    }

    mutating func value(_ node: Node, as declared: KeyDeclaration.Value, called name: String) -> DeclaredValue? {
        switch declared {
        case .attachments: return attachments(node, declared, name)
        case .file: return file(node, declared, name).map { .files([$0]) }
        case .files(let maximum): return files(node, maximum, declared, name)
        case .location: return location(node, name)
        case .words(let words): return list(of: words, node, declared, name)
        case .templates(let count, let maximum): return texts(node, count, maximum, declared, name)
        case .distribution: return distribution(node, declared, name)
        default: break
        }
        guard let scalar = node.scalar, let value = FileReader.value(scalar, declared) else {
            reject(node, declared, name)
            return nil
        }
        return value
    }

    /// Reports that a value is not what was declared.
    private mutating func reject(_ node: Node, _ declared: KeyDeclaration.Value, _ name: String) {
        var remedy = ""
        let words: [String] =
            switch declared {
            case .word(let words), .words(let words): words
            default: []
            }
        if let word = node.scalar?.string, let nearest = Spelling.nearest(to: word, in: words) {
            remedy = "; did you mean '\(nearest)'?"
        }
        report(node, "\(name) must be \(declared.expected), not \(describe(node))\(remedy)")
    }

    private static func value(_ scalar: Node.Scalar, _ declared: KeyDeclaration.Value) -> DeclaredValue? {
        let text = scalar.string
        switch declared {
        case .text(let maximum), .template(let maximum):
            guard !text.isEmpty, !scalar.isNull, text.isWithinScalars(maximum) else { return nil }
            return .text(text)
        case .word(let words): return words.contains(text) ? .text(text) : nil
        case .whole(let range):
            guard scalar.isPlain, let number = Int(text), range.contains(number) else { return nil }
            return .whole(number)
        case .seed:
            guard scalar.isPlain, let number = UInt64(text) else { return nil }
            return .seed(number)
        case .weight:
            guard scalar.isPlain, let number = Double(text), number.isFinite, number > 0, number <= 1e9
            else { return nil }
            return .weight(number)
        case .number(let range):
            guard scalar.isPlain, let number = Double(text), range.contains(number) else { return nil }
            return .number(number)
        case .share: return Quantity.share(text).map { .number($0) }
        case .flag:
            guard scalar.isPlain, text == "true" || text == "false" else { return nil }
            return .flag(text == "true")
        case .duration(let range):
            guard let duration = Quantity.duration(text), range.contains(duration) else { return nil }
            return .duration(duration)
        case .rate: return Quantity.rates(text).map { .rates($0) }
        case .count(let range):
            guard scalar.isPlain, let (start, end) = Quantity.count(text), range.contains(start), range.contains(end)
            else { return nil }
            return .count(start: start, end: end)
        case .attachments, .file, .files, .location, .words, .templates, .distribution, .nested: return nil
        }
    }

    // MARK: - Lists of scalars

    private mutating func list(
        of words: [String], _ node: Node, _ declared: KeyDeclaration.Value, _ name: String
    ) -> DeclaredValue? {
        var texts: [String] = []
        for element in elements(node) ?? [] {
            guard let word = element.scalar?.string, words.contains(word) else {
                unknown(element, kind: "word", in: words)
                return nil
            }
            guard !texts.contains(word) else {
                report(element, "'\(word)' is named twice")
                return nil
            }
            texts.append(word)
        }
        guard !texts.isEmpty else {
            reject(node, declared, name)
            return nil
        }
        return .texts(texts)
    }

    private mutating func texts(
        _ node: Node, _ count: Int, _ maximum: Int, _ declared: KeyDeclaration.Value, _ name: String
    ) -> DeclaredValue? {
        guard let elements = elements(node), elements.count <= count else {
            reject(node, declared, name)
            return nil
        }
        var texts: [String] = []
        for element in elements {
            guard case .text(let text)? = value(element, as: .template(maximum), called: "an element of \(name)") else {
                return nil
            }
            texts.append(text)
        }
        return .texts(texts)
    }

    /// The elements of a list, or the only one; `nil` for a mapping and for nothing.
    private func elements(_ node: Node) -> [Node]? {
        switch node {
        case .sequence(let elements): Array(elements)
        case .scalar(let scalar): scalar.isNull ? nil : [node]
        default: nil
        }
    }

    // MARK: - Times

    static let normalKeys = [
        KeyDeclaration("mean", .duration(0...Quantity.longestNanoseconds), required: true, "In the middle."),
        KeyDeclaration(
            "deviation", .duration(0...Quantity.longestNanoseconds), required: true, "Standard deviation."),
    ]

    static let logNormalKeys = [
        KeyDeclaration("median", .duration(1...Quantity.longestNanoseconds), required: true, "Half of all are below."),
        KeyDeclaration("sigma", .number(0...5), required: true, "Standard deviation of the logarithm."),
    ]

    static let distributionKeys = [
        KeyDeclaration("constant", .duration(0...Quantity.longestNanoseconds), "Always the same time."),
        KeyDeclaration("uniform", .text(100), "Drawn evenly from a range such as 1s..3s."),
        KeyDeclaration(
            "normal", .nested("a mapping with mean and deviation", .normal), "Normally distributed, never below 0."),
        KeyDeclaration("exponential", .nested("a mapping with mean", .exponential), "Exponentially distributed."),
        KeyDeclaration(
            "log-normal", .nested("a mapping with median and sigma", .logNormal),
            "Its logarithm is normal: a long tail."),
        KeyDeclaration(
            "minimum", .duration(0...Quantity.longestNanoseconds), "Beside one of them: nothing is shorter; default 0s."
        ),
        KeyDeclaration(
            "maximum", .duration(1...Quantity.longestNanoseconds), "Beside one of them: nothing is longer."),
    ]

    static let exponentialKeys = Array(normalKeys.prefix(1))

    private mutating func distribution(
        _ node: Node, _ declared: KeyDeclaration.Value, _ name: String
    ) -> DeclaredValue? {
        if let scalar = node.scalar {
            guard let range = Quantity.durationRange(scalar.string) else {
                reject(node, declared, name)
                return nil
            }
            return .distribution(
                range.lowerBound == range.upperBound ? .constant(range.lowerBound) : .uniform(range))
        }
        guard case .mapping = node else {
            reject(node, declared, name)
            return nil
        }
        guard let values = self.declared(node, of: name, keys: FileReader.distributionKeys), values.isComplete else {
            return nil
        }
        let bounds = ["minimum", "maximum"]
        guard values.nodes.keys.count(where: { !bounds.contains($0) }) == 1 else {
            let kinds = FileReader.distributionKeys.map(\.name).filter { !bounds.contains($0) }
            report(node, "\(name) needs exactly one of \(kinds.joined(separator: ", "))")
            return nil
        }
        guard let distribution = distribution(values) else { return nil }
        let (minimum, maximum) = (values.duration("minimum"), values.duration("maximum"))
        guard minimum != nil || maximum != nil else { return .distribution(distribution) }
        let (low, high) = (minimum ?? 0, maximum ?? Quantity.longestNanoseconds)
        guard low <= high else {
            report(values.nodes["minimum"] ?? node, "'minimum' must not be above 'maximum'")
            return nil
        }
        return .distribution(.bounded(distribution, low...high))
    }

    /// The distribution of the only kind that is named.
    private mutating func distribution(_ values: DeclaredValues) -> Distribution? {
        if let time = values.duration("constant") { return .constant(time) }
        if let text = values.text("uniform"), let place = values.nodes["uniform"] {
            if let range = Quantity.durationRange(text) { return .uniform(range) }
            report(place, "'uniform' must be a range such as 1s..3s, not \(describe(place))")
        } else if let place = values.nodes["normal"] {
            if let parts = declared(place, of: "'normal'", keys: FileReader.normalKeys),
                let mean = parts.duration("mean"), let deviation = parts.duration("deviation")
            {
                return .normal(mean: mean, deviation: deviation)
            }
        } else if let place = values.nodes["exponential"] {
            if let parts = declared(place, of: "'exponential'", keys: FileReader.exponentialKeys),
                let mean = parts.duration("mean")
            {
                return .exponential(mean: mean)
            }
        } else if let place = values.nodes["log-normal"] {
            if let parts = declared(place, of: "'log-normal'", keys: FileReader.logNormalKeys),
                let median = parts.duration("median"), let sigma = parts.number("sigma")
            {
                return .logNormal(median: median, sigma: sigma)
            }
        }
        return nil
    }

    // MARK: - Files and places

    static let attachmentKeys = [
        KeyDeclaration("url", .text(2048), required: true, "Absolute http or https address."),
        KeyDeclaration("type", .word(["image", "video", "audio", "document"]), required: true, "Kind of the file."),
        KeyDeclaration("width", .whole(1...100_000), "Pixels."),
        KeyDeclaration("height", .whole(1...100_000), "Pixels."),
    ]

    private mutating func attachments(
        _ node: Node, _ declared: KeyDeclaration.Value, _ name: String
    ) -> DeclaredValue? {
        guard case .sequence(let elements) = node, elements.count <= Limits.attachmentsMax else {
            reject(node, declared, name)
            return nil
        }
        var attachments: [Attachment] = []
        for element in elements {
            guard let values = self.declared(element, of: "an attachment", keys: FileReader.attachmentKeys) else {
                continue
            }
            guard let url = values.text("url"), let type = values.text("type") else { continue }
            var fields: [JSON.Member] = [.init("url", .string(url)), .init("type", .string(type))]
            for name in ["width", "height"] {
                if let pixels = values.whole(name) { fields.append(.init(name, .number(String(pixels)))) }
            }
            guard let attachment = Attachment(JSON.object(fields)) else {
                report(element, "'url' must be an absolute http or https address, not '\(FileReader.excerpt(url))'")
                continue
            }
            attachments.append(attachment)
        }
        return attachments.count == elements.count ? .attachments(attachments) : nil
    }

    static let fileKeys = [
        KeyDeclaration("type", .word(FileType.allCases.map(\.rawValue)), required: true, "Kind of the content."),
        KeyDeclaration("size", .text(40), "Exact size such as 512, 200kB or 2MiB; default 20kB."),
        KeyDeclaration("name", .text(200), "File name; default sample with the ending of the type."),
    ]

    private mutating func file(_ node: Node, _ declared: KeyDeclaration.Value, _ name: String) -> UploadFile? {
        if node.scalar != nil {
            guard case .text(let word)? = value(node, as: FileReader.fileKeys[0].value, called: name),
                let type = FileType(rawValue: word)
            else { return nil }
            return UploadFile(type: type)
        }
        guard let values = self.declared(node, of: name, keys: FileReader.fileKeys), values.isComplete,
            let type = values.text("type").flatMap(FileType.init(rawValue:))
        else { return nil }
        var size = UploadFile.sizeDefault
        if let text = values.text("size"), let place = values.nodes["size"] {
            guard let count = ByteCount(text)?.bytes, (type.sampleBytesMin...UploadFile.sizeMax).contains(count) else {
                report(
                    place,
                    "'size' of \(type.rawValue) must be from \(type.sampleBytesMin) to \(ByteCount(UploadFile.sizeMax)), "
                        + "such as 512, 200kB or 2MiB, not \(describe(place))")
                return nil
            }
            size = count
        }
        return UploadFile(type: type, size: size, name: values.text("name"))
    }

    private mutating func files(
        _ node: Node, _ maximum: Int, _ declared: KeyDeclaration.Value, _ name: String
    ) -> DeclaredValue? {
        guard case .sequence(let elements) = node, (1...maximum).contains(elements.count) else {
            reject(node, declared, name)
            return nil
        }
        let files = elements.compactMap { file($0, .file, "an element of \(name)") }
        return files.count == elements.count ? .files(files) : nil
    }

    static let locationKeys = [
        KeyDeclaration("name", .text(Limits.locationNameScalarsMax), required: true, "What the place is called."),
        KeyDeclaration("lat", .number(-90...90), required: true, "Degrees north."),
        KeyDeclaration("lng", .number(-180...180), required: true, "Degrees east."),
    ]

    private mutating func location(_ node: Node, _ name: String) -> DeclaredValue? {
        guard let values = declared(node, of: name, keys: FileReader.locationKeys), let place = values.text("name"),
            let latitude = values.number("lat"), let longitude = values.number("lng")
        else { return nil }
        return .location(Location(name: place, latitude: latitude, longitude: longitude))
    }
}

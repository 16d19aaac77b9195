/// Quality of service of a publication or a subscription.
package enum MQTTQoS: CInt, Sendable {
    case atMostOnce = 0
    case atLeastOnce = 1
    case exactlyOnce = 2
}

/// A topic filter and the quality of service wanted for it.
package struct MQTTSubscription: Sendable, Hashable {
    package var filter: String
    package var qos: MQTTQoS

    package init(_ filter: String, qos: MQTTQoS = .atLeastOnce) {
        self.filter = filter
        self.qos = qos
    }

    /// Throws `MQTTError.invalidTopic` unless the filter follows MQTT 3.1.1, section 4.7.
    func validate() throws(MQTTError) {
        try checkTopicText(filter)
        let levels = filter.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, level) in levels.enumerated() {
            if level.contains(UInt8(ascii: "#")), level.count > 1 || index < levels.count - 1 {
                throw .invalidTopic(filter, problem: "\"#\" must be the whole last level")
            }
            if level.contains(UInt8(ascii: "+")), level.count > 1 {
                throw .invalidTopic(filter, problem: "\"+\" must be a whole level")
            }
        }
    }

    var hasWildcard: Bool { filter.utf8.contains { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "+") } }
}

/// Throws `MQTTError.invalidTopic` unless one may publish under `topic`.
func checkPublicationTopic(_ topic: String) throws(MQTTError) {
    try checkTopicText(topic)
    if topic.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "+") }) {
        throw .invalidTopic(topic, problem: "one cannot publish to a filter with \"#\" or \"+\"")
    }
}

private func checkTopicText(_ topic: String) throws(MQTTError) {
    if topic.isEmpty { throw .invalidTopic(topic, problem: "is empty") }
    if topic.utf8.count > 65_535 { throw .invalidTopic(topic, problem: "is longer than 65,535 bytes") }
    if topic.utf8.contains(0) { throw .invalidTopic(topic, problem: "contains a NUL") }
}

/// Rows that no check can show, each with the reason; `docs/conformance.md` lists them.
package enum Unobservable {
    package static let reasons: [String: String] = [
        "MQTT-CONFIG-03": "shows only when the deployment's broker goes away, which a check cannot bring about",
        "MQTT-CONFIG-04": "shows only while the deployment's broker stays away, which a check cannot bring about",
        "MQTT-CONFIG-05": "shows only after the deployment's broker was away, which a check cannot bring about",
    ]
}

extension Plan {
    /// Devices of every user, each with connections and sessions of its own.
    var devices: Int { 1 }
}

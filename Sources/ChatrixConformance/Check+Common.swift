extension Check {
    /// A route that answers 401 to a missing and to an invalid token, whatever else is wrong with the request.
    static func demandsToken(_ ids: [String], _ method: String, _ path: String) -> Check {
        Check(ids, "\(method) \(path) demands a good token") { lab in
            try lab.send(method, path).expect(401)
            try lab.send(method, path, headers: ["Authorization": "Bearer not.a.token"]).expect(401)
        }
    }
}

extension Lab {
    /// Expects a GET to be refused with 400.
    mutating func expectRefused(_ target: String, as caller: Account) throws {
        let reply = try get(target, as: caller)
        try reply.expect(reply.status == 400, "expected status 400 for \(target), found \(reply.status)")
    }

    /// Posts a JSON body and expects to be refused with 400; `why` names the fault.
    mutating func refuses(
        _ path: String, _ json: String, as caller: Account? = nil, status: Int = 400, _ why: String
    ) throws {
        let reply = try post(path, json, as: caller)
        try reply.expect(reply.status == status, "expected status \(status) for \(why), found \(reply.status)")
    }
}

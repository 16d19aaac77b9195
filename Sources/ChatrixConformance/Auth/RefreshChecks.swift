import ChatrixModel

extension Lab {
    fileprivate mutating func refresh(_ token: String, device: String?) throws -> Reply {
        let body = #"{"refresh_token":"\#(token)"}"#
        guard let device else { return try post("/auth/refresh", body) }
        return try post("/auth/refresh", body, headers: ["x-device-id": device])
    }
}

extension Checks {
    static let refresh: [Check] = [
        Check(["AUTH-REFRESH-01", "AUTH-REFRESH-04", "AUTH-REFRESH-05"], "refresh answers 200 without a bearer token") {
            lab in
            let user = try lab.register()
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(200)
        },
        Check(["AUTH-REFRESH-02", "AUTH-REFRESH-10"], "a missing or empty x-device-id answers 401") { lab in
            let user = try lab.register()
            try lab.refresh(user.refreshToken, device: nil).expect(401)
            try lab.refresh(user.refreshToken, device: "").expect(401)
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(200)
        },
        Check(["AUTH-REFRESH-03", "AUTH-REFRESH-11"], "another device than that of the session answers 401") { lab in
            let user = try lab.register()
            try lab.refresh(user.refreshToken, device: "another-device").expect(401)
            try lab.refresh(user.refreshToken, device: user.deviceID.uppercased()).expect(401)
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(200)
        },
        Check(["AUTH-REFRESH-06"], "the answer has two tokens and no user") { lab in
            let user = try lab.register()
            let answer = try lab.refresh(user.refreshToken, device: user.deviceID).expect(200).json
            try answer.expectKeys("access_token", "refresh_token")
            try answer["access_token"].expectNonEmptyText()
            try answer["refresh_token"].expectNonEmptyText()
        },
        Check(["AUTH-REFRESH-07"], "a missing or non-text refresh_token answers 400") { lab in
            for body in ["{}", #"{"refresh_token":null}"#, #"{"refresh_token":5}"#, "[]", "{"] {
                try lab.post("/auth/refresh", body, headers: ["x-device-id": "device"]).expect(400)
            }
        },
        Check(["AUTH-REFRESH-08"], "an invalid refresh token answers 401") { lab in
            let user = try lab.register()
            for bad in ["nonsense", "a.b.c", user.refreshToken + "x", String(user.refreshToken.dropLast(8))] {
                try lab.refresh(bad, device: user.deviceID).expect(401)
            }
        },
        Check(["AUTH-REFRESH-09"], "an expired refresh token answers 401", needs: [.clock]) { lab in
            let punctual = try lab.register()
            let late = try lab.register()
            try lab.advance(seconds: 2_592_000 - 1)
            try lab.refresh(punctual.refreshToken, device: punctual.deviceID).expect(200)
            try lab.advance(seconds: 1)
            try lab.refresh(late.refreshToken, device: late.deviceID).expect(401)
        },
        Check(["AUTH-REFRESH-12"], "a missing x-device-id wins over an invalid body") { lab in
            try lab.post("/auth/refresh", "{}").expect(401)
            try lab.post("/auth/refresh", "{").expect(401)
        },
        Check(["AUTH-REFRESH-13"], "a refresh token works once") { lab in
            let user = try lab.register()
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(200)
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(401)
        },
        Check(["AUTH-REFRESH-14"], "replaying a used refresh token leaves the newest one usable") { lab in
            var user = try lab.register()
            let used = user.refreshToken
            try user.adopt(lab.refresh(used, device: user.deviceID).expect(200).json)
            try lab.refresh(used, device: user.deviceID).expect(401)
            try lab.refresh(user.refreshToken, device: user.deviceID).expect(200)
        },
        Check(["AUTH-REFRESH-15"], "an access token is no refresh token") { lab in
            let user = try lab.register()
            try lab.refresh(user.accessToken, device: user.deviceID).expect(401)
        },
        Check(["AUTH-REFRESH-16"], "new tokens differ from the old ones within one second") { lab in
            let user = try lab.register()
            let answer = try lab.refresh(user.refreshToken, device: user.deviceID).expect(200).json
            try answer["access_token"].expectNot(.string(user.accessToken))
            try answer["refresh_token"].expectNot(.string(user.refreshToken))
        },
    ]
}

import NIOSSL
enum Placeholder {}

import NIOSSL

enum Placeholder {}

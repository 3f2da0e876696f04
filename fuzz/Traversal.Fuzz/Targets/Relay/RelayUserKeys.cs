namespace Traversal.Fuzz;

/// <summary>A user's name and keys.</summary>
/// <param name="Name">UTF-8.</param>
/// <param name="Md5">The key for MD5.</param>
/// <param name="Sha256">Those for SHA-256.</param>
internal sealed record RelayUserKeys(byte[] Name, RelayKey Md5, RelayKey Sha256);

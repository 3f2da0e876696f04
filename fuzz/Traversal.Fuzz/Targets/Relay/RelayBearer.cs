namespace Traversal.Fuzz;

/// <summary>The bearer of a token.</summary>
/// <param name="KeyId">USERNAME.</param>
/// <param name="Token">ACCESS-TOKEN.</param>
/// <param name="Key">The session key.</param>
internal sealed record RelayBearer(byte[] KeyId, byte[] Token, RelayKey Key);

using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>A key in both forms: the bytes that sign what the target sends, and what verifies the answers.</summary>
/// <param name="Bytes">The key.</param>
/// <param name="End">When the access token is over that it is the session key of; null where it is a user's.</param>
internal sealed record RelayKey(byte[] Bytes, DateTimeOffset? End = null)
{
    private readonly IntegrityKey _prepared = IntegrityKey.FromBytes(Bytes);

    /// <summary>Whether a message is signed with it.</summary>
    public bool Verifies(in StunMessage message) =>
        message.HasIntegritySha256 ? message.VerifyIntegritySha256(_prepared) : message.VerifyIntegrity(_prepared);
}

using Traversal.Peer.Identity;

namespace Traversal.Client.Identity;

/// <summary>What a store tells of an identity without its private key.</summary>
/// <param name="Id">Who has the key.</param>
/// <param name="Account">For whom it speaks: itself, or the account of which it is a device.</param>
/// <param name="FriendlyName">What its owner calls it; only for people, and not unique.</param>
/// <param name="CreatedAt">When it came into the store.</param>
/// <param name="NotAfter">Until when its certificate is good.</param>
/// <param name="IsDefault">Whether it is the one that is used where none is named.</param>
public sealed record StoredIdentity(PeerId Id, PeerId Account, string FriendlyName, DateTimeOffset CreatedAt, DateTimeOffset NotAfter, bool IsDefault)
{
    /// <summary>What its owner hands to others.</summary>
    public PeerCard Card => new(Account, FriendlyName);
}

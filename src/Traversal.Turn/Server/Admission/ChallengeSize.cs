using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// How long an answer 401 is. It goes to wherever an unauthenticated request says that it comes from, so the answer to the shortest Allocate that a
/// client sends must not amplify: that bounds what may stand in it.
/// </summary>
internal static class ChallengeSize
{
    /// <summary>The longest challenge: to an Allocate over IPv4 with REQUESTED-TRANSPORT and nothing else, which is what browsers send.</summary>
    private static readonly int Limit = ReplyLimiter.LongestReplyTo(StunMessage.HeaderLength + Attribute(sizeof(uint)));

    private const int AlgorithmsLength = 2 * sizeof(uint);

    /// <summary>The length without what may be left out: ERROR-CODE, REALM, NONCE, and THIRD-PARTY-AUTHORIZATION where there is a server name.</summary>
    public static int OfPlain(int realmLength, int serverNameLength)
    {
        int length = StunMessage.HeaderLength + Attribute(sizeof(uint)) + Attribute(realmLength) + Attribute(NonceKeeper.Length);
        return serverNameLength == 0 ? length : length + Attribute(serverNameLength);
    }

    /// <summary>Whether a challenge of this length is within the limit.</summary>
    public static bool IsShort(int length) => length <= Limit;

    /// <summary>Whether PASSWORD-ALGORITHMS still fits.</summary>
    public static bool HasRoomForAlgorithms(int plainLength) => IsShort(WithAlgorithms(plainLength));

    /// <summary>The length with PASSWORD-ALGORITHMS.</summary>
    public static int WithAlgorithms(int plainLength) => plainLength + Attribute(AlgorithmsLength);

    private static int Attribute(int length) => StunMessage.AttributeHeaderLength + (length + 3 & ~3);
}

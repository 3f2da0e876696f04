using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Fuzz;

/// <summary>What the first byte of a script says.</summary>
internal static class ClientConfiguration
{
    public const byte IsStream = 1, RelaysConnections = 2, IsMobile = 4, IsSmall = 8, HasBothFamilies = 16, Renews = 32, HasNoChannels = 64, FollowsRedirections = 128;

    /// <summary>The server's address.</summary>
    public static readonly TransportAddress Server = TransportAddress.Parse("198.0.2.1:3478");

    /// <summary>The options of an allocation; they never contradict each other.</summary>
    public static TurnAllocationOptions Options(byte configuration)
    {
        bool Has(byte flag) => (configuration & flag) != 0;
        bool relaysConnections = Has(IsStream) && Has(RelaysConnections);
        return new TurnAllocationOptions
        {
            Server = Server,
            IsStream = Has(IsStream),
            RelaysConnections = relaysConnections,
            Mobility = Has(IsMobile),
            MaxPermissions = Has(IsSmall) ? 2 : 200,
            MaxChannels = Has(IsSmall) ? 1 : 200,
            AdditionalIPv6 = Has(HasBothFamilies),
            DontFragment = !relaysConnections && !Has(IsStream) && Has(RelaysConnections),
            RenewsCredential = Has(Renews),
            PrefersTokens = Has(Renews) && Has(IsMobile),
            BindChannels = !Has(HasNoChannels),
            Redirections = Has(FollowsRedirections) ? new TurnRedirections() : null,
        };
    }
}

using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>Asks name servers that look further by themselves, one after the other.</summary>
internal sealed class DnsClient(ClientEnvironment environment)
{
    // Aliases that answers end in, one after the other.
    private const int MaxAliases = 8;

    private readonly DnsSettings _settings = environment.Dns;
    private readonly IReadOnlyList<TransportAddress> _servers = environment.Dns.Servers ?? NameServers.OfSystem();

    /// <summary>Looks up the records of a name, through the names that it stands for.</summary>
    public async Task<DnsReply> QueryAsync(DnsName name, DnsRecordType type, CancellationToken cancellationToken)
    {
        for (int aliases = 0; aliases <= MaxAliases; aliases++)
        {
            DnsReply reply = await AskAsync(name, type, cancellationToken).ConfigureAwait(false);
            if (!reply.EndsInAlias) return reply;
            name = reply.Alias!;
        }

        return DnsReply.Failure;
    }

    private async Task<DnsReply> AskAsync(DnsName name, DnsRecordType type, CancellationToken cancellationToken)
    {
        for (int round = 0; round < _settings.Rounds; round++)
        {
            foreach (TransportAddress server in _servers)
            {
                DnsReply reply = await new DnsExchange(environment, server, name, type).RunAsync(cancellationToken).ConfigureAwait(false);
                if (!reply.HasFailed) return reply;
            }
        }

        return DnsReply.Failure;
    }
}

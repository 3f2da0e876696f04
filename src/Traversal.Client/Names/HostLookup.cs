using System.Net;
using System.Net.Sockets;
using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>Finds the addresses of hosts: as the system does, or by the name servers that the application named.</summary>
internal sealed class HostLookup(ClientEnvironment environment, DnsClient dns)
{
    // More addresses of one host are not tried.
    private const int MaxAddresses = 8;

    /// <summary>The addresses, with port 0, the two IP versions by turns (RFC 8305 section 4); null where nobody knows.</summary>
    public async Task<IReadOnlyList<TransportAddress>?> FindAsync(DnsName host, CancellationToken cancellationToken)
    {
        IReadOnlyList<TransportAddress>? found = environment.Dns.Servers is null
            ? await AskSystemAsync(host, cancellationToken).ConfigureAwait(false)
            : await AskServersAsync(host, cancellationToken).ConfigureAwait(false);
        return found is null ? null : [.. ByTurns(found).Take(MaxAddresses)];
    }

    internal static IEnumerable<TransportAddress> ByTurns(IReadOnlyList<TransportAddress> addresses)
    {
        TransportAddress[] newer = [.. addresses.Where(address => address.IsIPv6)], older = [.. addresses.Where(address => address.IsIPv4)];
        for (int i = 0; i < Math.Max(newer.Length, older.Length); i++)
        {
            if (i < newer.Length) yield return newer[i];
            if (i < older.Length) yield return older[i];
        }
    }

    private static async Task<IReadOnlyList<TransportAddress>?> AskSystemAsync(DnsName host, CancellationToken cancellationToken)
    {
        try
        {
            // The system goes on with a look-up that it has begun, whoever gives it up.
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.ToString(), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            return [.. addresses.Select(address => TransportAddress.From(address, 0)).Distinct()];
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData ? [] : null;
        }
        catch (ArgumentException)
        {
            // The DNS named it: no address, one that nobody has, or longer than the system takes.
            return [];
        }
    }

    private async Task<IReadOnlyList<TransportAddress>?> AskServersAsync(DnsName host, CancellationToken cancellationToken)
    {
        Task<DnsReply> newer = dns.QueryAsync(host, DnsRecordType.Aaaa, cancellationToken), older = dns.QueryAsync(host, DnsRecordType.A, cancellationToken);
        DnsReply[] replies = await Task.WhenAll(newer, older).ConfigureAwait(false);
        return replies.All(reply => reply.HasFailed) ? null : [.. replies.SelectMany(reply => reply.Addresses).Distinct()];
    }
}

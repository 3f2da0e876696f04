using System.Globalization;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Cli.Turn;

/// <summary>Uses a TURN server as an application would, and reports each step; the first that fails is the last, but for what only measures.</summary>
internal sealed class TurnCheck(TurnTarget target, TurnLogin login, TurnClientOptions options, ServerUri? peer, int count, TurnReport report)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TurnClient? client = await target.ToClientAsync(login, options, cancellationToken).ConfigureAwait(false);
        if (client is null)
        {
            await report.RunAsync("find", () => Task.FromResult((false, $"{target.Server.Host} has no address."))).ConfigureAwait(false);
            return;
        }

        await using (client.ConfigureAwait(false))
        {
            if (await AllocateAsync(client, "allocate", isFirst: true, cancellationToken).ConfigureAwait(false) is not { } socket) return;

            report.Relayed = socket.RelayedAddress.ToString();
            report.Mapped = socket.MappedAddress.ToString();
            TransportAddress there = await FindPeerAsync(client, socket, cancellationToken).ConfigureAwait(false);
            if (!there.IsNone) await UseAsync(socket, there, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RelayedSocket?> AllocateAsync(TurnClient client, string name, bool isFirst, CancellationToken cancellationToken)
    {
        RelayedSocket? socket = null;
        await report.RunAsync(name, async () =>
        {
            TurnResult<RelayedSocket> result = await client.AllocateAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            report.Outcome = result.Outcome;
            if (!result.IsOk) return (false, result.ToString());

            socket = result.Value;
            long requests = socket.Counters[TurnClientCounter.Requests];
            string trips = string.Create(CultureInfo.InvariantCulture, $"{requests} round trip{(requests == 1 ? "" : "s")}");
            return (true, isFirst
                ? $"{socket.RelayedAddress} relayed by {socket.Server}, which sees this machine at {socket.MappedAddress}; {trips}"
                : $"{socket.RelayedAddress}, the peer; {trips}");
        }).ConfigureAwait(false);
        if (socket is null) report.Advise(TurnAdvice.For(report.Outcome!.Status));
        return socket;
    }

    private async Task<TransportAddress> FindPeerAsync(TurnClient client, RelayedSocket socket, CancellationToken cancellationToken)
    {
        if (peer is not null) return await LookUpPeerAsync(socket.RelayedAddress.Family, cancellationToken).ConfigureAwait(false);
        if (await AllocateAsync(client, "again", isFirst: false, cancellationToken).ConfigureAwait(false) is not { } mirror) return default;

        await mirror.PermitAsync(socket.RelayedAddress, cancellationToken).ConfigureAwait(false);
        _ = Mirror.RunAsync(mirror, socket.RelayedAddress);
        return mirror.RelayedAddress;
    }

    private async Task<TransportAddress> LookUpPeerAsync(IPFamily family, CancellationToken cancellationToken)
    {
        ServerList found = await new ServerResolver().ResolveAsync(peer!, [ServerTransport.Udp], cancellationToken).ConfigureAwait(false);
        TransportAddress address = found.Endpoints.Select(way => way.Address).FirstOrDefault(address => address.Family == family);
        if (address.IsNone) await report.RunAsync("peer", () => Task.FromResult((false, $"{peer!.Host} has no {family} address."))).ConfigureAwait(false);
        return address;
    }

    private async Task UseAsync(RelayedSocket socket, TransportAddress there, CancellationToken cancellationToken)
    {
        if (!await AskAsync("permit", socket.PermitAsync, socket, there, cancellationToken).ConfigureAwait(false)) return;
        if (!await AskAsync("channel", socket.BindChannelAsync, socket, there, cancellationToken).ConfigureAwait(false)) return;

        var probe = new EchoProbe(socket, there);
        await report.RunAsync("echo", async () =>
        {
            RoundTrips trips = report.RoundTrips = await probe.MeasureAsync(count, cancellationToken).ConfigureAwait(false);
            string text = $"{trips.Received} of {trips.Sent} came back ({trips.Loss:P1} lost)";
            return trips.Received == 0
                ? (false, "Nothing came back from the peer.")
                : (true, string.Create(CultureInfo.InvariantCulture, $"{text}; round trip {Ms(trips.Least)} / {Ms(trips.Median)} / {Ms(trips.Most)} ms (least, median, most)"));
        }).ConfigureAwait(false);
        if (report.RoundTrips!.Received == 0)
        {
            report.Advise(TurnAdvice.ForSilentPeer(isOwn: peer is null));
        }
        else
        {
            await report.RunAsync("rate", async () =>
            {
                Throughput load = report.Throughput = await probe.LoadAsync(cancellationToken).ConfigureAwait(false);
                return (true, string.Create(CultureInfo.InvariantCulture, $"{load.PacketsPerSecond:0} packets/s, {load.MegabitsPerSecond:0.0} Mbit/s there and back"));
            }).ConfigureAwait(false);
        }

        await RefreshAsync(socket, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> AskAsync(
        string name, Func<TransportAddress, CancellationToken, ValueTask<NetworkStatus>> ask, RelayedSocket socket, TransportAddress there, CancellationToken cancellationToken)
    {
        NetworkStatus status = NetworkStatus.Failed;
        bool isOk = await report.RunAsync(name, async () =>
        {
            status = await ask(there, cancellationToken).ConfigureAwait(false);
            return status == NetworkStatus.Ok ? (true, there.ToString()) : (false, await WhyNotAsync(socket, there, status).ConfigureAwait(false));
        }).ConfigureAwait(false);
        if (status == NetworkStatus.Denied) report.Advise(TurnAdvice.ForRefusedPeer(isOwn: peer is null));
        return isOk;
    }

    private async Task RefreshAsync(RelayedSocket socket, CancellationToken cancellationToken)
    {
        bool isOk = await report.RunAsync("refresh", async () => await socket.RefreshAsync(cancellationToken).ConfigureAwait(false)
            ? (true, "the server keeps the allocation")
            : (false, (report.Outcome = await socket.Ended.ConfigureAwait(false)).ToString())).ConfigureAwait(false);
        if (!isOk) report.Advise(TurnAdvice.For(report.Outcome!.Status));
    }

    private static async Task<string> WhyNotAsync(RelayedSocket socket, TransportAddress there, NetworkStatus status) => status switch
    {
        NetworkStatus.Denied => $"{socket.Server} does not let {there} be reached.",
        NetworkStatus.AddressNotAvailable => $"{there} is of another IP version than {socket.RelayedAddress}.",
        NetworkStatus.Closed => (await socket.Ended.ConfigureAwait(false)).ToString(),
        _ => $"{there} can't be permitted: {status}.",
    };

    private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
}

using System.CommandLine;
using Traversal.Client;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Stun.Discovery;

namespace Traversal.Cli.Nat;

/// <summary><c>traversal nat SERVER</c>: what kind of NAT is in the way (RFC 5780).</summary>
internal static class NatCommand
{
    private const int LongestLifetime = 3600;

    private static readonly Argument<string> ServerArgument = ServerName.NewArgument();

    private static readonly Option<string> SecondOption = new("--second")
    {
        Description = "A server at another address, for the mapping where the first has no second address.", HelpName = "SERVER",
    };

    private static readonly Option<int> LifetimeOption = new("--lifetime")
    {
        Description = "Also find out how long a binding lives, with silences of at most so many seconds, which is how long it takes.", HelpName = "SECONDS",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "One JSON object on standard output." };

    public static Command Create()
    {
        var command = new Command("nat", "Find out what a NAT or firewall does, with a server that supports RFC 5780.")
        {
            ServerArgument, SecondOption, LifetimeOption, JsonOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        string server = command.GetValue(ServerArgument)!;
        string? second = command.GetValue(SecondOption);
        int lifetime = command.GetValue(LifetimeOption);
        if (!ServerName.TryParse(server, out ServerUri? uri) || uri.IsSecure) return Exit.Usage($"nat: '{server}' is not HOST, HOST:PORT or stun:HOST");
        if (lifetime is < 0 or > LongestLifetime) return Exit.Usage($"nat: --lifetime is 0 to {LongestLifetime} seconds");
        ServerUri? secondUri = null;
        if (second is not null && !ServerName.TryParse(second, out secondUri)) return Exit.Usage($"nat: --second '{second}' is not HOST, HOST:PORT or stun:HOST");

        bool isJson = command.GetValue(JsonOption);
        TransportAddress address = await ServerName.FindForDiscoveryAsync(uri, cancellationToken).ConfigureAwait(false);
        if (address.IsNone) return Exit.Failure($"nat: {server} has no address.");
        TransportAddress secondAddress = secondUri is null ? default : await ServerName.FindForDiscoveryAsync(secondUri, cancellationToken).ConfigureAwait(false);
        if (secondUri is not null && (secondAddress.Family != address.Family || secondAddress.HasSameAddress(in address)))
            return Exit.Failure($"nat: {second} has no other address of the same IP version as {server}.");

        var settings = new DiscoverySettings { Server = address, SecondServer = secondAddress, LongestSilence = TimeSpan.FromSeconds(lifetime) };
        NetworkResult<NatBehavior> found;
        using (new WaitNotice(lifetime > 0 ? $"trying with {address} how long a binding lives" : $"waiting for {address}, 20 s at most", isWanted: !isJson))
            found = await new NatDiscovery().DiscoverAsync(settings, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!found.IsOk) return Exit.Failure($"nat: {address} can't be reached: {NatText.WhyNot(found.Status)}.");
        if (isJson) NatJson.Write(found.Value, in address, Console.OpenStandardOutput());
        if (!found.Value.IsReachable) return Exit.Failure($"nat: {address} {NatText.WhyUnreachable(found.Value)}");

        if (!isJson) NatText.Write(found.Value, in address, Console.Out);
        return Exit.Success;
    }
}

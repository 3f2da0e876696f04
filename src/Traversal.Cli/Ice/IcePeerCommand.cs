using System.CommandLine;
using Traversal.Client;
using Traversal.Connectivity;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Cli.Ice;

/// <summary><c>traversal ice-peer</c>: one side of a connection, whose signals go by standard input and output.</summary>
internal static class IcePeerCommand
{
    private const double MostSeconds = 86_400;

    private static readonly Option<bool> ControllingOption = new("--controlling") { Description = "Nominate, and send the pings." };

    private static readonly Option<bool> ControlledOption = new("--controlled") { Description = "Let the other side nominate, and send its pings back; the default." };

    private static readonly Option<string[]> StunOption = new("--stun") { Description = "A STUN server; may be said again.", HelpName = "HOST:PORT", DefaultValueFactory = _ => [] };

    private static readonly Option<string[]> TurnOption = new("--turn") { Description = "A TURN server; may be said again.", HelpName = "URI|HOST:PORT", DefaultValueFactory = _ => [] };

    private static readonly Option<string> UserOption = new("--user") { Description = "The user's name on the TURN server.", HelpName = "NAME" };

    private static readonly Option<string> PasswordOption = Password.NewOption("The password on the TURN server.");

    private static readonly Option<bool> RelayOnlyOption = new("--relay-only") { Description = "Use relayed candidates alone." };

    private static readonly Option<string[]> BindOption = new("--bind")
    {
        Description = "Use this address of the machine, loopback too, instead of those of its interfaces; may be said again.", HelpName = "ADDRESS", DefaultValueFactory = _ => [],
    };

    private static readonly Option<double> PingIntervalOption = new("--ping-interval")
    {
        Description = "Wait so long between the pings, as when an address is to change meanwhile; 0 by default.", HelpName = "SECONDS",
    };

    private static readonly Option<double?> ExitAfterOption = new("--exit-after") { Description = "End then, whatever is going on.", HelpName = "SECONDS" };

    private static readonly Option<bool> NoPredictionOption = new("--no-nat-prediction") { Description = "Guess no ports of NATs; none are guessed so far." };

    private static readonly Option<bool> InsecureOption = new("--insecure") { Description = "Take any certificate of a TURN server." };

    public static Command Create()
    {
        var command = new Command("ice-peer", "Connect to another ICE agent; one line of JSON each way signals.")
        {
            ControllingOption, ControlledOption, StunOption, TurnOption, UserOption, PasswordOption, RelayOnlyOption, BindOption, PingIntervalOption, ExitAfterOption,
            NoPredictionOption, InsecureOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult command, CancellationToken cancellationToken)
    {
        bool isControlling = command.GetValue(ControllingOption);
        if (isControlling && command.GetValue(ControlledOption)) return Exit.Usage("ice-peer: --controlling and --controlled contradict each other");
        if (command.GetValue(ExitAfterOption) is { } seconds && !(seconds is > 0 and <= MostSeconds)) return Exit.Usage($"ice-peer: --exit-after is more than 0 and at most {MostSeconds} seconds");
        double pingSeconds = command.GetValue(PingIntervalOption);
        if (pingSeconds is not (>= 0 and <= MostSeconds)) return Exit.Usage($"ice-peer: --ping-interval is 0 to {MostSeconds} seconds");
        if (!BindAddresses.TryParse(command.GetValue(BindOption)!, out IReadOnlyList<TransportAddress> bind, out string? badBind)) return Exit.Usage($"ice-peer: {badBind}");

        (IReadOnlyList<IceServer> servers, string? problem) = await IceServerList.ReadAsync(
            ("--stun", command.GetValue(StunOption)!), ("--turn", command.GetValue(TurnOption)!), command.GetValue(UserOption), command.GetValue(PasswordOption), cancellationToken)
            .ConfigureAwait(false);
        if (problem is not null) return Exit.Usage($"ice-peer: {problem}");

        var options = new IceConnectionOptions
        {
            Role = isControlling ? IceRole.Controlling : IceRole.Controlled,
            Servers = servers,
            Policy = command.GetValue(RelayOnlyOption) ? CandidatePolicy.RelayOnly : CandidatePolicy.All,
            LocalAddresses = bind,
            Signaling = SignalingMode.Whole,
            CertificateValidation = command.GetValue(InsecureOption) ? static (_, seen, _, _) => seen is not null : null,
        };
        TimeSpan? limit = command.GetValue(ExitAfterOption) is { } most ? TimeSpan.FromSeconds(most) : null;
        return await new IcePeer(options, TimeSpan.FromSeconds(pingSeconds), limit).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}

using Traversal.Cli.Turn;
using Traversal.Client;

namespace Traversal.Cli.Ice;

/// <summary>The servers that a command line names.</summary>
internal static class IceServerList
{
    /// <summary>Reads them.</summary>
    /// <param name="stun">STUN servers, and the name of the option or argument that they stand in.</param>
    /// <param name="turn">The same of TURN servers.</param>
    /// <param name="user">The user's name on the TURN servers.</param>
    /// <param name="givenPassword">What stands behind <c>--password</c>.</param>
    /// <param name="cancellationToken">Gives up, by an exception.</param>
    /// <returns>The servers, or what is wrong.</returns>
    public static async Task<(IReadOnlyList<IceServer> Servers, string? Problem)> ReadAsync(
        (string Name, IReadOnlyList<string> Texts) stun, (string Name, IReadOnlyList<string> Texts) turn, string? user, string? givenPassword, CancellationToken cancellationToken)
    {
        var servers = new List<IceServer>();
        foreach (string text in stun.Texts)
        {
            if (!ServerName.TryParse(text, out ServerUri? server)) return ([], $"{stun.Name} '{text}' is not HOST, HOST:PORT or the URI of a STUN server");
            if (server.IsSecure) return ([], $"{stun.Name} '{text}': a STUN server over TLS does not see where UDP comes from");
            servers.Add(new IceServer(server));
        }

        if (turn.Texts.Count == 0) return (servers, null);
        if (string.IsNullOrEmpty(user)) return ([], "--user is missing");
        if (!Password.TryRead(givenPassword, out string password, out string? problem)) return ([], problem);
        if (!TryLogin(user, password, out TurnLogin? login)) return ([], "--user or --password is too long, or has characters that are forbidden");

        foreach (string text in turn.Texts)
        {
            if (!TurnTarget.TryParse(text, out TurnTarget? target)) return ([], $"{turn.Name} '{text}' is not the URI of a TURN server");
            if (target.TransportProblem is { } transportProblem) return ([], $"{turn.Name} {transportProblem}");
            servers.Add(await ToServerAsync(target, login!, cancellationToken).ConfigureAwait(false));
        }

        return (servers, null);
    }

    // Where a WebSocket's host has no address, the plain URI says so when it is looked up.
    private static async Task<IceServer> ToServerAsync(TurnTarget target, TurnLogin login, CancellationToken cancellationToken) =>
        target.WebSocket is not null && await target.ToEndpointAsync(cancellationToken).ConfigureAwait(false) is { } endpoint
            ? new IceServer(endpoint, login)
            : new IceServer(target.Server, login);

    private static bool TryLogin(string user, string password, out TurnLogin? login)
    {
        login = null;
        try
        {
            login = TurnLogin.FromPassword(user, password);
        }
        catch (ArgumentException)
        {
            return false;
        }

        return true;
    }
}

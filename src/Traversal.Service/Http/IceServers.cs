using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Traversal.Server;
using Traversal.Service.Configuration;
using Traversal.Stun;

namespace Traversal.Service.Http;

/// <summary>
/// What a browser's <c>RTCPeerConnection</c> takes as its configuration: the server's URIs (RFC 7064, RFC 7065) and a credential.
/// </summary>
public static class IceServers
{
    /// <summary>How long a time-limited credential made here lives.</summary>
    public static readonly TimeSpan CredentialLifetime = TimeSpan.FromHours(1);

    /// <summary>Writes the JSON.</summary>
    /// <param name="endpoints">Where the running server listens.</param>
    /// <param name="settings">
    /// Where the credential comes from: a time-limited one where there is a secret, else the first user. Where there are only keys of access tokens there is
    /// none, as tokens are made elsewhere.
    /// </param>
    /// <param name="utcNow">The wall clock, for a time-limited credential.</param>
    /// <returns>A JSON object with the one member <c>iceServers</c>.</returns>
    public static string Write(IReadOnlyList<ListenEndpoint> endpoints, ServiceSettings settings, DateTimeOffset utcNow)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(settings);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("iceServers");
            json.WriteStartObject();
            json.WriteStartArray("urls");
            foreach (string uri in endpoints.SelectMany(Uris).Distinct(StringComparer.Ordinal)) json.WriteStringValue(uri);
            json.WriteEndArray();
            if (settings.Server.Users.Count > 0 || settings.Server.AuthSecrets.Count > 0)
            {
                (string username, string password) = MakeCredential(settings.Server, utcNow);
                json.WriteString("username", username);
                json.WriteString("credential", password);
            }

            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static IEnumerable<string> Uris(ListenEndpoint endpoint)
    {
        string address = TurnServer.ReachableAddress(endpoint.Address).ToString();
        if (endpoint.Transport == ListenTransport.Udp) yield return "stun:" + address;
        string scheme = endpoint.Transport == ListenTransport.Tls ? "turns" : "turn";
        string transport = endpoint.Transport == ListenTransport.Udp ? "udp" : "tcp";
        yield return $"{scheme}:{address}?transport={transport}";
    }

    private static (string Username, string Password) MakeCredential(TurnServerOptions server, DateTimeOffset utcNow)
    {
        if (server.AuthSecrets.Count == 0)
        {
            KeyValuePair<string, string> user = server.Users.First();
            return (user.Key, user.Value);
        }

        string username = (utcNow + CredentialLifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(Encoding.UTF8.GetBytes(server.AuthSecrets[0]), Encoding.UTF8.GetBytes(username), password, out int length);
        return (username, Encoding.ASCII.GetString(password[..length]));
    }
}

using System.Text.Json.Serialization;

namespace Traversal.Client.Identity;

[JsonSerializable(typeof(IdentityFile))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class IdentityJson : JsonSerializerContext;

#include "rules/check/entity_types.h"

#include <string>

#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

using Names = std::string_view[];

constexpr Names account = {
    "Name",        "FullName",    "NTDomain",          "DnsDomain",   "UPNSuffix",
    "Sid",         "AadTenantId", "AadUserId",         "PUID",        "IsDomainJoined",
    "DisplayName", "ObjectGuid",  "CloudAppAccountId", "IsAnonymized"};
constexpr Names account_required = {"FullName", "Sid", "Name", "AadUserId", "PUID", "ObjectGuid"};
constexpr Names resource = {"ResourceId"};
constexpr Names application = {"AppId", "Name", "InstanceName"};
constexpr Names application_required = {"AppId", "Name"};
constexpr Names dns = {"DomainName"};
constexpr Names file = {"Directory", "Name"};
constexpr Names name_only = {"Name"};
constexpr Names file_hash = {"Algorithm", "Value"};
constexpr Names file_hash_required = {"Algorithm+Value"};
constexpr Names host = {"DnsDomain", "NTDomain",   "HostName", "FullName",  "NetBiosName",
                        "AzureID",   "OMSAgentID", "OSFamily", "OSVersion", "IsDomainJoined"};
constexpr Names host_required = {"FullName", "HostName", "NetBiosName", "AzureID", "OMSAgentID"};
constexpr Names device = {"DeviceId",        "DeviceName",      "Manufacturer",       "Model",
                          "FirmwareVersion", "OperatingSystem", "MacAddress",         "Protocols",
                          "SerialNumber",    "Source",          "IoTSecurityAgentId", "DeviceType"};
constexpr Names device_required = {"DeviceId"};
constexpr Names ip = {"Address", "AddressScope"};
constexpr Names ip_required = {"Address"};
constexpr Names mail_cluster = {"NetworkMessageIds",
                                "CountByDeliveryStatus",
                                "CountByThreatType",
                                "CountByProtectionStatus",
                                "Threats",
                                "Query",
                                "QueryTime",
                                "MailCount",
                                "IsVolumeAnomaly",
                                "Source",
                                "ClusterSourceIdentifier",
                                "ClusterSourceType",
                                "ClusterQueryStartTime",
                                "ClusterQueryEndTime",
                                "ClusterGroup"};
constexpr Names mail_cluster_required = {"Query", "Source"};
constexpr Names mail_message = {"Recipient",
                                "Urls",
                                "Threats",
                                "Sender",
                                "P1Sender",
                                "P1SenderDisplayName",
                                "P1SenderDomain",
                                "SenderIP",
                                "P2Sender",
                                "P2SenderDisplayName",
                                "P2SenderDomain",
                                "ReceivedDate",
                                "NetworkMessageId",
                                "InternetMessageId",
                                "Subject",
                                "BodyFingerprintBin1",
                                "BodyFingerprintBin2",
                                "BodyFingerprintBin3",
                                "BodyFingerprintBin4",
                                "BodyFingerprintBin5",
                                "AntispamDirection",
                                "DeliveryAction",
                                "DeliveryLocation",
                                "Language",
                                "ThreatDetectionMethods"};
constexpr Names mail_message_required = {"NetworkMessageId", "Recipient"};
constexpr Names mailbox = {"MailboxPrimaryAddress", "DisplayName", "Upn",
                           "ExternalDirectoryObjectId", "RiskLevel"};
constexpr Names mailbox_required = {"MailboxPrimaryAddress"};
constexpr Names malware = {"Name", "Category"};
constexpr Names process = {"ProcessId", "CommandLine", "ElevationToken", "CreationTimeUtc"};
constexpr Names process_required = {"CommandLine", "ProcessId"};
constexpr Names registry_key = {"Hive", "Key"};
constexpr Names registry_value = {"Name", "Value", "ValueType"};
constexpr Names group = {"DistinguishedName", "SID", "ObjectGuid"};
constexpr Names submission = {"NetworkMessageId", "Timestamp", "Recipient",  "Sender",
                              "SenderIp",         "Subject",   "ReportType", "SubmissionId",
                              "SubmissionDate",   "Submitter"};
constexpr Names submission_required = {"SubmissionId", "NetworkMessageId", "Recipient",
                                       "Submitter"};
constexpr Names url = {"Url"};

constexpr EntityType types[] = {
    {"Account", "account", account, account_required},
    {"AzureResource", "azure-resource", resource, resource},
    {"CloudApplication", "cloud-application", application, application_required},
    {"DNS", "dns", dns, dns},
    {"File", "file", file, name_only},
    {"FileHash", "filehash", file_hash, file_hash_required},
    {"Host", "host", host, host_required},
    {"IoTDevice", "iotdevice", device, device_required},
    {"IP", "ip", ip, ip_required},
    {"Mailbox", "mailbox", mailbox, mailbox_required},
    {"MailCluster", "mail-cluster", mail_cluster, mail_cluster_required},
    {"MailMessage", "mail-message", mail_message, mail_message_required},
    {"Malware", "malware", malware, name_only},
    {"Process", "process", process, process_required},
    {"RegistryKey", "registry-key", registry_key, registry_key},
    {"RegistryValue", "registry-value", registry_value, name_only},
    {"SecurityGroup", "security-group", group, group},
    {"SubmissionMail", "SubmissionMail", submission, submission_required},
    {"URL", "url", url, url},
};

}  // namespace

std::span<const EntityType> entity_types() {
  return types;
}

const EntityType* find_entity_type(std::string_view name) {
  std::string joined(name);
  std::erase(joined, ' ');  // "File hash" is met in rules, too
  for (const EntityType& type : types) {
    if (equal_ignoring_case(type.name, joined)) return &type;
  }
  return nullptr;
}

}  // namespace vedette::rules
